import { differencesOf } from '../../../verbs/differences.ts';

/**
 * What a change changed, in words: `"schedule.interval_seconds": "10 → 30"`, and for lists of words
 * `"tags": "Added: optimized"` (gateway.txt, Update Job; arrows are U+2192).
 */
export function changesInWords(before: object, after: object): Record<string, string> {
  return Object.fromEntries(
    differencesOf(before, after).map((difference) => [
      difference.path,
      inSets(difference.before, difference.after) ?? `${inWords(difference.before)} → ${inWords(difference.after)}`,
    ]),
  );
}

/** Lists of words are sets: what came and what went. Null for anything else, and where only the order changed. */
function inSets(before: unknown, after: unknown): string | null {
  if (!isWords(before ?? []) || !isWords(after ?? []) || (before ?? after) === undefined) return null;
  const [old, now] = [(before ?? []) as string[], (after ?? []) as string[]];
  const added = now.filter((word) => !old.includes(word));
  const removed = old.filter((word) => !now.includes(word));
  const parts = [
    added.length > 0 ? `Added: ${added.join(', ')}` : '',
    removed.length > 0 ? `Removed: ${removed.join(', ')}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join('; ');
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}

function inWords(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
