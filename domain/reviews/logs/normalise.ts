const LONGEST = 300;

/** A message without what differs from time to time, and without what it may tell: literals, names, numbers. */
export function normalise(message: string): string {
  return message
    .slice(0, 4000)
    .replace(/'(?:[^']|'')*'/g, "'?'")
    .replace(/"(?:[^"]|"")*"/g, '"?"')
    .replace(/\$\w*\$[^]*?\$\w*\$/g, '$?$')
    .replace(/\b\d+(?:\.\d+)?\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST);
}

/** How often each kind of message came, the most frequent first. */
export function tally(messages: readonly string[], most: number): { message: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const message of messages.map(normalise)) counts.set(message, (counts.get(message) ?? 0) + 1);
  return [...counts]
    .map(([message, count]) => ({ message, count }))
    .sort((a, b) => b.count - a.count || (a.message < b.message ? -1 : 1))
    .slice(0, most);
}
