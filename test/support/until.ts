/** How long a condition may take on a busy machine before a test gives up on it. */
const GIVE_UP_MS = 90_000;
const LOOK_EVERY_MS = 25;

/**
 * Asks until the answer is neither null, undefined nor false, and returns it. Rejects with `what` and the last answer
 * (or the last error) when it never is.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  giveUpMs = GIVE_UP_MS,
): Promise<Exclude<T, null | undefined | false>> {
  const giveUpAt = performance.now() + giveUpMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false)
        return answer as Exclude<T, null | undefined | false>;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > giveUpAt) throw new Error(`Waited in vain: ${what} (last: ${describe(last)})`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function describe(value: unknown): string {
  return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));
}
