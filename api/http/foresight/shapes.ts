import type { Execution, ExecutionState } from '../../../domain/execution.ts';
import type { Backfill } from '../../verbs/backfill-job.ts';
import type { Preview } from '../../verbs/preview-schedule.ts';
import type { Why } from '../../verbs/why.ts';
import { reasonInWords } from '../reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../times.ts';
import { explainWhy, revisionShape } from '../why-words.ts';

/** A face's word for a job, and its words for what became of an execution. */
export interface Words<Status extends string> {
  readonly noun: string;
  readonly statusOf: (state: ExecutionState) => Status;
}

/** The fields of `previewAnswer`; the face adds its id. */
export function previewShape({ words, zone, firing, fires }: Preview) {
  return {
    description: words,
    timezone: zone,
    enabled: firing,
    executions: fires.map(({ at, local, note, skipped }) => ({
      time: isoSeconds(at),
      local_time: local,
      clock_change: note?.effect ?? null,
      note: note?.words ?? null,
      skipped,
    })),
  };
}

/** The fields of `backfillAnswer`; the face adds its id. */
export function backfillShape<Status extends string>({ groupId, times }: Backfill, { statusOf }: Words<Status>) {
  return {
    dry_run: groupId === null,
    group_id: groupId,
    total: times.length,
    executions: times.map(({ dueAt, standing, executionId }) => ({
      scheduled_at: isoSeconds(dueAt),
      execution_id: executionId,
      recorded_status: standing === null ? null : statusOf(standing.state),
      recorded_execution_id: standing?.executionId ?? null,
    })),
  };
}

/** The fields of `whyFields`; the face adds its id, its name and the next run. */
export function whyShape<Status extends string>(found: Why, { noun, statusOf }: Words<Status>) {
  const seen = (execution: Execution) => ({
    execution_id: execution.id,
    status: statusOf(execution.state),
    trigger: execution.trigger,
    scheduled_at: isoSeconds(execution.dueAt),
    started_at: isoSecondsOrNull(execution.startedAt),
    completed_at: isoSecondsOrNull(execution.endedAt),
    reason: execution.reason === null ? null : reasonInWords(execution.reason, noun),
  });
  return {
    at: isoSeconds(found.at),
    verdict: found.verdict,
    explanation: explainWhy(found, { noun, statusOf }),
    executions: found.executions.map(seen),
    under_way: found.underWay.map(seen),
    revision: revisionShape(found),
    previous_execution: found.previous === null ? null : seen(found.previous),
  };
}
