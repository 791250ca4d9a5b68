/** Words that begin a statement that reads. The database holds the rest: one statement, a read-only transaction. */
const READS = new Set(['select', 'with', 'values', 'table', 'show', 'explain']);

/** A sentence about the statement that completes "custom_sql …", or null where it may be tried. */
export function statementFault(text: string): string | null {
  const word = firstWord(text);
  if (word === null) return 'holds no statement: write one that reads, such as SELECT 1';
  if (READS.has(word)) return null;
  return `may only read, and begins with ${word.toUpperCase()}: begin with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN`;
}

/** The first word of a statement in lower case, behind blanks, comments and brackets. */
export function firstWord(text: string): string | null {
  const begin = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/|\()*/.exec(text)?.[0].length ?? 0;
  return /^[a-z]+/i.exec(text.slice(begin))?.[0].toLowerCase() ?? null;
}
