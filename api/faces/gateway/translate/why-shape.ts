import type { Execution } from '../../../../domain/execution.ts';
import { describeSchedule } from '../../../../domain/schedules/index.ts';
import type { WhyVerdict } from '../../../../domain/why.ts';
import type { Why } from '../../../verbs/why.ts';
import { executionId, jobId } from './job-id.ts';
import { executionStatus, REASONS } from './states.ts';
import { isoSeconds, isoSecondsOrNull } from './times.ts';

/** The answer to "why" in the gateway's words. */
export function whyShape(found: Why) {
  const { job, at, verdict, revision, change } = found;
  return {
    job_id: jobId(job.number),
    job_name: job.name,
    at: isoSeconds(at),
    verdict,
    explanation: EXPLANATIONS[verdict](found),
    executions: found.executions.map(seenShape),
    under_way: found.underWay.map(seenShape),
    revision:
      revision === null
        ? null
        : {
            revision: revision.revision,
            schedule: describeSchedule(revision.spec.schedule),
            enabled: revision.spec.enabled,
            since: isoSeconds(revision.at),
            change: revision.change,
            changed_by: change?.actor ?? revision.by,
            reason: change?.reason ?? null,
          },
    previous_execution: found.previous === null ? null : seenShape(found.previous),
    next_execution: isoSecondsOrNull(found.nextAt),
  };
}

function seenShape(execution: Execution) {
  return {
    execution_id: executionId(execution.id),
    status: executionStatus(execution.state),
    trigger: execution.trigger,
    scheduled_time: isoSeconds(execution.dueAt),
    start_time: isoSecondsOrNull(execution.startedAt),
    end_time: isoSecondsOrNull(execution.endedAt),
    reason: execution.reason === null ? null : REASONS[execution.reason],
  };
}

const EXPLANATIONS: Readonly<Record<WhyVerdict, (found: Why) => string>> = {
  executed: ({ executions }) => `It ran${endings(executions)}.`,
  under_way: () => 'It is running, or waits for its turn.',
  did_not_run: ({ executions }) => `${reasonOf(executions[0])}.`,
  will_fire: ({ job }) => `${job.name} will fire, as things stand.`,
  will_be_skipped: ({ executions }) => `It will not run. ${reasonOf(executions[0])}.`,
  being_claimed: () => 'It is due and is just being claimed; if nobody could, it will be recorded as missed.',
  not_due: (found) => `The schedule has no fire at this instant: ${scheduleWords(found)}.${nextWords(found)}`,
  disabled: (found) => `The job was disabled${sinceWords(found)}.`,
  paused: (found) => `The job was paused${sinceWords(found)}.`,
  not_yet_made: ({ job }) => `The job did not exist yet; it was created at ${isoSeconds(job.createdAt)}.`,
  no_record: () => 'It was a fire time, and its record is kept no more (RETENTION_DAYS).',
};

function endings(executions: readonly Execution[]): string {
  const [first] = executions.filter(({ state }) => state !== 'skipped' && state !== 'missed');
  if (first === undefined) return '';
  const backfilled = first.trigger === 'backfill' ? ', as a backfill' : '';
  const ending = first.reason === null ? '' : `. ${REASONS[first.reason]}`;
  return `${backfilled} and is ${executionStatus(first.state)}${ending}`;
}

function reasonOf(execution: Execution | undefined): string {
  return execution?.reason == null ? 'It did not run' : REASONS[execution.reason];
}

function scheduleWords({ revision }: Why): string {
  return revision === null ? 'it has none' : describeSchedule(revision.spec.schedule);
}

function nextWords({ nextAt }: Why): string {
  return nextAt === null ? '' : ` The next one after it is ${isoSeconds(nextAt)}.`;
}

function sinceWords({ revision, change }: Why): string {
  if (revision === null) return '';
  const reason = change?.reason == null ? '' : ` (${change.reason})`;
  return `, by the change of ${change?.actor ?? revision.by} at ${isoSeconds(revision.at)}${reason}`;
}
