/** One answer for all who ask within a time, so that looking often costs no more than looking once. */
export function keptAnswer<T>(keptMs: number, monotonicMs: () => number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let askedMs = 0;
  return () => {
    if (answer === null || monotonicMs() - askedMs > keptMs) {
      askedMs = monotonicMs();
      answer = ask();
    }
    return answer;
  };
}
