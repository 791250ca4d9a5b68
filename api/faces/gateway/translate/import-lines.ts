/**
 * What a work tells while it goes on, each as a line of JSON, and last what it returns, or how its failure is worded.
 * It goes on by itself when nobody reads.
 */
export async function* told(
  work: (tell: (line: object) => void) => Promise<object>,
  wordFailure: (error: unknown) => object,
): AsyncGenerator<string, void> {
  const lines: object[] = [];
  let wake = () => undefined as void;
  let ended = false;
  const tell = (line: object) => {
    lines.push(line);
    wake();
  };
  void work(tell)
    .catch(wordFailure)
    .then((last) => {
      ended = true;
      tell(last);
    });
  for (;;) {
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) yield `${JSON.stringify(line)}\n`;
    if (ended) return;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}
