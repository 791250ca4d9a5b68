import diff from 'microdiff';

/** One difference of two plain values: the dotted path, and what stood and stands there (undefined: nothing). */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Whether two JSON values are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  return diff({ value: a }, { value: b }, { cyclesFix: false }).length === 0;
}

/** Where two plain objects differ, in the order of their fields. A list is one value: it differs as a whole. */
export function differencesOf(before: object, after: object): Difference[] {
  const found = diff(listsAsText(before), listsAsText(after), { cyclesFix: false });
  return found.map(({ path }) => ({ path: path.join('.'), before: at(before, path), after: at(after, path) }));
}

function listsAsText(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      if (Array.isArray(inner)) return [key, JSON.stringify(inner)];
      return [key, inner !== null && typeof inner === 'object' ? listsAsText(inner as object) : inner];
    }),
  );
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}
