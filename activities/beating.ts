import { Context } from '@temporalio/activity';
import type { Deps } from './deps.ts';

const BEAT_EVERY_MS = 1000;
/** Work that has not moved for so long hangs: its heartbeats end, and Temporal tries it again. */
const HUNG_MS = 60_000;

/**
 * The activity that does `work` and heartbeats all the while, so that one whose worker was lost is tried again within
 * seconds, however long it may take. `work` says when it moves.
 */
export function beating<I, O>(
  deps: Pick<Deps, 'monotonicMs'>,
  work: (input: I, moves: () => void) => Promise<O>,
): (input: I) => Promise<O> {
  return async (input) => {
    const context = Context.current();
    let movedAt = deps.monotonicMs();
    const beat = setInterval(() => {
      if (deps.monotonicMs() - movedAt < HUNG_MS) context.heartbeat();
    }, BEAT_EVERY_MS);
    try {
      return await work(input, () => (movedAt = deps.monotonicMs()));
    } finally {
      clearInterval(beat);
    }
  };
}
