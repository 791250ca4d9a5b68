import { invalid } from '../../../../domain/errors.ts';
import type { Execution } from '../../../../domain/execution.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { explainWhy, revisionShape } from '../../../http/why-words.ts';
import type { Backfill } from '../../../verbs/backfill-job.ts';
import type { Preview } from '../../../verbs/preview-schedule.ts';
import type { Why } from '../../../verbs/why.ts';
import { changeTiming, readTiming, type TimingBody } from './timing-shape.ts';
import type { ScheduleTypeName } from './schedule-types.ts';

/** The schedule that a preview asks about: a new one, or changes of a stored one. */
export function previewedTiming(
  current: Schedule | null,
  asked: { type: ScheduleTypeName | undefined; body: TimingBody },
  context: ParseContext,
): Schedule {
  if (current !== null) return changeTiming(current, asked, context);
  if (asked.type !== undefined) return readTiming(asked.type, asked.body, context);
  const message = 'is missing: say which kind of schedule it is, or give the schedule_id of a stored one';
  throw invalid('INVALID_SCHEDULE', [{ path: 'schedule_type', message }]);
}

export function previewShape({ job, words, zone, firing, fires }: Preview) {
  return {
    schedule_id: job?.id ?? null,
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

export function backfillShape({ job, groupId, times }: Backfill) {
  return {
    schedule_id: job.id,
    dry_run: groupId === null,
    group_id: groupId,
    total: times.length,
    executions: times.map(({ dueAt, standing, executionId }) => ({
      scheduled_at: isoSeconds(dueAt),
      execution_id: executionId,
      recorded_status: standing === null ? null : standing.state,
      recorded_execution_id: standing?.executionId ?? null,
    })),
  };
}

export function whyShape(found: Why) {
  return {
    schedule_id: found.job.id,
    schedule_name: found.job.name,
    at: isoSeconds(found.at),
    verdict: found.verdict,
    explanation: explainWhy(found, { noun: 'schedule', statusOf: (state) => state }),
    executions: found.executions.map(seenShape),
    under_way: found.underWay.map(seenShape),
    revision: revisionShape(found),
    previous_execution: found.previous === null ? null : seenShape(found.previous),
    next_run_at: isoSecondsOrNull(found.nextAt),
  };
}

function seenShape(execution: Execution) {
  return {
    execution_id: execution.id,
    status: execution.state,
    trigger: execution.trigger,
    scheduled_at: isoSeconds(execution.dueAt),
    started_at: isoSecondsOrNull(execution.startedAt),
    completed_at: isoSecondsOrNull(execution.endedAt),
    reason: execution.reason === null ? null : reasonInWords(execution.reason, 'schedule'),
  };
}
