/** Waits until all have ended, whatever becomes of each; then rejects with the first failure, if there was one. */
export async function finishAll(works: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(works);
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
