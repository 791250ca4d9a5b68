import { standingOf, type DependencyType } from '../domain/dependencies.ts';
import type { StoredDependency } from '../db/queries/dependencies.ts';

/** What each type asks of a parent's end, in words. */
const ASKED: Readonly<Record<DependencyType, string>> = {
  success: 'to succeed',
  completion: 'to succeed or fail',
  any: 'to end',
};

/** Names every parent that did not end as it must, with how it did. */
export function failureMessage(dependencies: readonly StoredDependency[]): string {
  const failed = dependencies.filter((d) => standingOf({ type: d.type, end: d.end?.state ?? null }) === 'failed');
  const words = failed.map(
    ({ parent, type, end }) => `"${parent.name}" ended ${end?.state ?? ''} and had ${ASKED[type]}`,
  );
  return `A job that it waits for did not end as it must: ${words.join('; ')}.`;
}

/** Names every parent that has not ended yet. */
export function timeoutMessage(dependencies: readonly StoredDependency[], timeoutMs: number): string {
  const words = dependencies.filter((d) => d.end === null).map(({ parent }) => `"${parent.name}"`);
  return `It was held for ${timeoutMs / 1000} s (DEPENDENCY_TIMEOUT) and still waited for ${words.join(', ')}.`;
}
