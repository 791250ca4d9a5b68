import type { Deps } from '../../activities/deps.ts';
import type { ClaimedRun } from '../../activities/quick-run.ts';
import type { Outcome } from '../../db/queries/outcomes.ts';

/** How a claimed run ended, well and in 20 ms unless a test says otherwise. */
export function outcomeOf(
  run: Pick<ClaimedRun, 'executionId' | 'dueAt' | 'job'>,
  deps: Deps,
  more: Partial<Outcome> = {},
): Outcome {
  return {
    executionId: run.executionId,
    jobId: run.job.id,
    face: run.job.face,
    kind: run.job.schedule.kind,
    dueAt: run.dueAt,
    claimedBy: deps.instanceId,
    attempt: 1,
    state: 'succeeded',
    reason: null,
    startedAt: run.dueAt + 5,
    endedAt: run.dueAt + 25,
    durationMs: 20,
    result: { message: 'done' },
    error: null,
    logs: [],
    attempts: [],
    asksForNext: false,
    ...more,
  };
}
