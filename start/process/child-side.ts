import type { PartMessage } from './forked-part.ts';

/** Tells the start that forked us; alone, as in production, there is nobody to tell. */
export function tellStart(message: PartMessage): void {
  process.send?.(message);
}

/**
 * Resolves when this process shall end: at SIGTERM or SIGINT, or when the start that forked us is gone, so that nothing
 * is left behind by its kill -9.
 */
export function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (process.send) process.once('disconnect', () => resolve());
  });
}
