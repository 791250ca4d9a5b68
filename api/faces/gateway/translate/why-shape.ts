import type { Execution } from '../../../../domain/execution.ts';
import { reasonInWords } from '../../../http/reasons.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';
import { explainWhy, revisionShape } from '../../../http/why-words.ts';
import type { Why } from '../../../verbs/why.ts';
import { executionId, jobId } from './job-id.ts';
import { executionStatus } from './states.ts';

const WORDS = { noun: 'job', statusOf: executionStatus };

/** The answer to "why" in the gateway's words. */
export function whyShape(found: Why) {
  return {
    job_id: jobId(found.job.number),
    job_name: found.job.name,
    at: isoSeconds(found.at),
    verdict: found.verdict,
    explanation: explainWhy(found, WORDS),
    executions: found.executions.map(seenShape),
    under_way: found.underWay.map(seenShape),
    revision: revisionShape(found),
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
    reason: execution.reason === null ? null : reasonInWords(execution.reason),
  };
}
