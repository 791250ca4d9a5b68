/** What `work` comes to, or the reason of the signal once it aborts: for work that does not listen to it. */
export async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let refuse: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    refuse = () => reject(signal.reason as Error);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', refuse);
  }
}
