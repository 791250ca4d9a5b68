const LONGEST = 16_384;
const MOST_CAUSES = 5;

/** Where an error came from, and what caused it: stacks alone, as an error's other fields may hold secrets. */
export function tracebackOf(error: unknown): string | null {
  const stacks: string[] = [];
  for (let cause = error; cause instanceof Error && stacks.length < MOST_CAUSES; cause = cause.cause) {
    if (cause.stack !== undefined) stacks.push(cause.stack);
  }
  return stacks.length === 0 ? null : stacks.join('\nCaused by: ').slice(0, LONGEST);
}
