import type { EndReason } from './execution.ts';
import type { Planned } from './instants.ts';
import type { Policy } from './policy.ts';
import type { Instant } from './schedules/kind.ts';

/** What a due fire becomes the moment it is claimed. `run` runs now; `queue` waits for its turn behind the one before. */
export type Verdict =
  | { readonly kind: 'run' }
  | { readonly kind: 'queue' }
  | { readonly kind: 'skip'; readonly reason: EndReason }
  | { readonly kind: 'miss'; readonly reason: EndReason };

/**
 * Decides every due time of one job in one batch (DECISIONS section 3, Misfire; section 4, max_concurrent), in order of
 * `dues`. Beyond the grace, counted from when each was to happen: missed. Several within it are a catch-up, which is not overlap: they coalesce into the
 * latest, or run one after another in a single seat. No free seat: skipped (overlap).
 * `live` counts the job's executions that are queued, waiting or running; `now` is Temporal's time; `behind` says that
 * later times are due too, in a batch to come.
 */
export function admit(
  dues: readonly Planned[],
  job: {
    policy: Pick<Policy, 'misfireGraceSeconds' | 'coalesce' | 'maxConcurrent'>;
    live: number;
    now: Instant;
    behind: boolean;
  },
): Verdict[] {
  const { misfireGraceSeconds, coalesce, maxConcurrent } = job.policy;
  const oldest = job.now - misfireGraceSeconds * 1000;
  const latest = job.behind ? null : dues.at(-1);
  const seatFree = job.live < maxConcurrent;
  let running = false;
  return dues.map((due): Verdict => {
    if (due.fireAt < oldest) return { kind: 'miss', reason: 'beyond_grace' };
    if (coalesce && due !== latest) return { kind: 'skip', reason: 'coalesced' };
    if (!seatFree) return { kind: 'skip', reason: 'overlap' };
    if (running) return { kind: 'queue' };
    running = true;
    return { kind: 'run' };
  });
}
