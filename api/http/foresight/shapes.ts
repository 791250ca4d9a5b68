import type { ClockNote } from '../../../domain/clock-changes.ts';
import type { EndReason, Execution, ExecutionState } from '../../../domain/execution.ts';
import type { Schedule } from '../../../domain/schedules/index.ts';
import type { Instant } from '../../../domain/schedules/kind.ts';
import type { Backfill } from '../../verbs/backfill-job.ts';
import type { Preview } from '../../verbs/preview-schedule.ts';
import type { SkippedFire } from '../../verbs/skip-next.ts';
import type { Why } from '../../verbs/why.ts';
import { reasonInWords } from '../reasons.ts';
import { isoSeconds } from '../times.ts';
import { explainWhy, revisionShape } from '../why-words.ts';

/** How a face writes what every face tells: ids, times, statuses and sentences. */
export interface Voice<Status extends string, Id extends string | number> {
  statusOf(state: ExecutionState): Status;
  idOf(execution: Pick<Execution, 'id' | 'number'>): Id;
  time(at: Instant): string;
  schedule(schedule: Schedule, inEnglish: string): string;
  clockNote(note: ClockNote): string;
  reason(reason: EndReason): string;
  explain(found: Why): string;
}

/** UUIDs, UTC to the second with its Z, English; `noun` is the face's word for a job. */
export function inEnglish<Status extends string>(
  noun: string,
  statusOf: (state: ExecutionState) => Status,
): Voice<Status, string> {
  return {
    statusOf,
    idOf: ({ id }) => id,
    time: isoSeconds,
    schedule: (_, words) => words,
    clockNote: ({ words }) => words,
    reason: (reason) => reasonInWords(reason, noun),
    explain: (found) => explainWhy(found, { noun, statusOf }),
  };
}

/** What a preview answers; the face adds its id. */
export function previewShape<Status extends string, Id extends string | number>(
  { schedule, words, zone, firing, fires }: Preview,
  voice: Voice<Status, Id>,
) {
  return {
    description: voice.schedule(schedule, words),
    timezone: zone,
    enabled: firing,
    executions: fires.map(({ at, local, note, skipped }) => ({
      time: voice.time(at),
      local_time: local,
      clock_change: note?.effect ?? null,
      note: note === null ? null : voice.clockNote(note),
      skipped,
    })),
  };
}

/** What a skip answers; the face adds its id and the next run, and hands in the execution's integer where it shows that. */
export function skippedShape<Status extends string, Id extends string | number>(
  { executionId: id, dueAt }: SkippedFire,
  voice: Voice<Status, Id>,
  number: number | null = null,
) {
  return { execution_id: voice.idOf({ id, number }), skipped_execution_time: voice.time(dueAt) };
}

/** What a backfill answers; the face adds its id. */
export function backfillShape<Status extends string, Id extends string | number>(
  { groupId, times }: Backfill,
  voice: Voice<Status, Id>,
) {
  return {
    dry_run: groupId === null,
    group_id: groupId,
    total: times.length,
    executions: times.map(({ dueAt, standing, executionId, number }) => ({
      scheduled_at: voice.time(dueAt),
      execution_id: executionId === null ? null : voice.idOf({ id: executionId, number }),
      recorded_status: standing === null ? null : voice.statusOf(standing.state),
      recorded_execution_id:
        standing === null ? null : voice.idOf({ id: standing.executionId, number: standing.number }),
    })),
  };
}

/** What is known of an instant; the face adds its id, its name and the next run. */
export function whyShape<Status extends string, Id extends string | number>(found: Why, voice: Voice<Status, Id>) {
  const timeOrNull = (at: Instant | null) => (at === null ? null : voice.time(at));
  const seen = (execution: Execution) => ({
    execution_id: voice.idOf(execution),
    status: voice.statusOf(execution.state),
    trigger: execution.trigger,
    scheduled_at: voice.time(execution.dueAt),
    started_at: timeOrNull(execution.startedAt),
    completed_at: timeOrNull(execution.endedAt),
    reason: execution.reason === null ? null : voice.reason(execution.reason),
  });
  const revision = revisionShape(found);
  return {
    at: voice.time(found.at),
    verdict: found.verdict,
    explanation: voice.explain(found),
    executions: found.executions.map(seen),
    under_way: found.underWay.map(seen),
    revision:
      revision === null || found.revision === null
        ? null
        : {
            ...revision,
            schedule: voice.schedule(found.revision.spec.schedule, revision.schedule),
            since: voice.time(found.revision.at),
          },
    previous_execution: found.previous === null ? null : seen(found.previous),
  };
}
