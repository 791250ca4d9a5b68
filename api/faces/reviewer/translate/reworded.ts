/** A sentence of the service's own, and the same in Russian; `$1` is what the pattern caught. */
export type Rewording = readonly [pattern: RegExp, words: string];

/** The text with every pattern that it holds reworded; null where it holds none. */
export function reworded(text: string, rewordings: readonly Rewording[]): string | null {
  const told = rewordings.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text);
  return told === text ? null : told;
}
