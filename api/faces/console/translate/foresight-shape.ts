import type { Execution } from '../../../../domain/execution.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { explainWhy, revisionShape } from '../../../http/why-words.ts';
import type { Backfill } from '../../../verbs/backfill-job.ts';
import type { Preview } from '../../../verbs/preview-schedule.ts';
import type { Why } from '../../../verbs/why.ts';
import { statusOf } from './lookups.ts';

export function previewShape({ job, words, zone, firing, fires }: Preview) {
  return {
    jobId: job?.number ?? null,
    description: words,
    timezone: zone,
    isFiring: firing,
    runs: fires.map(({ at, local, note, skipped }) => ({
      time: isoSeconds(at),
      localTime: local,
      clockChange: note?.effect ?? null,
      note: note?.words ?? null,
      isSkipped: skipped,
    })),
  };
}

export function backfillShape({ job, groupId, times }: Backfill) {
  return {
    jobId: job.number,
    dryRun: groupId === null,
    groupId,
    total: times.length,
    runs: times.map(({ dueAt, standing, executionId }) => ({
      scheduledAt: isoSeconds(dueAt),
      executionId,
      recordedStatusName: standing === null ? null : statusOf(standing.state).name,
      recordedExecutionId: standing?.executionId ?? null,
    })),
  };
}

export function whyShape(found: Why) {
  const revision = revisionShape(found);
  return {
    jobId: found.job.number,
    name: found.job.name,
    at: isoSeconds(found.at),
    verdict: found.verdict,
    explanation: explainWhy(found, { noun: 'job', statusOf: (state) => statusOf(state).name }),
    executions: found.executions.map(seenShape),
    underWay: found.underWay.map(seenShape),
    revision: revision === null ? null : inCamelCase(revision),
    previousExecution: found.previous === null ? null : seenShape(found.previous),
    nextRunAt: isoSecondsOrNull(found.nextAt),
  };
}

function inCamelCase({ enabled, changed_by: changedBy, ...rest }: NonNullable<ReturnType<typeof revisionShape>>) {
  return { ...rest, isEnabled: enabled, changedBy };
}

function seenShape(execution: Execution) {
  return {
    executionId: execution.id,
    statusName: statusOf(execution.state).name,
    trigger: execution.trigger,
    scheduledAt: isoSeconds(execution.dueAt),
    startedAt: isoSecondsOrNull(execution.startedAt),
    completedAt: isoSecondsOrNull(execution.endedAt),
    reason: execution.reason === null ? null : reasonInWords(execution.reason),
  };
}
