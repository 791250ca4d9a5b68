import type { SocketDefinition } from '../../../events/socket-definition.ts';
import type { ExecutionEvent, JobEvent } from '../../../events/domain-event.ts';
import type { ExecutionState } from '../../../../domain/execution.ts';
import { messageOf } from './execution-shape.ts';
import { executionId, jobId } from './job-id.ts';
import { HISTORY_WORDS } from './states.ts';
import { isoSecondsOrNull } from '../../../http/times.ts';

/** gateway.txt, WebSocket Events, and the same for the ends that the document does not show. */
const END_EVENTS: Readonly<Partial<Record<ExecutionState, string>>> = {
  succeeded: 'job_completed',
  failed: 'job_failed',
  timed_out: 'job_timeout',
  cancelled: 'job_cancelled',
  skipped: 'job_skipped',
  missed: 'job_missed',
};

/** One event of the stream as `{event, data}`; only of the gateway's own jobs. */
export const socketEvent: SocketDefinition['translate'] = (event) => {
  if (event.face !== 'gateway') return null;
  if (event.kind === 'job') return jobEvent(event);
  const { execution } = event;
  if (event.kind === 'started') {
    const started = { trigger: execution.trigger, start_time: isoSecondsOrNull(execution.startedAt) };
    return { event: 'job_started', data: { ...subjectOf(event), ...started } };
  }
  const word = END_EVENTS[execution.state];
  if (word === undefined) return null;
  const failed = word === 'job_failed' || word === 'job_timeout';
  return {
    event: word,
    data: {
      ...subjectOf(event),
      status: HISTORY_WORDS[execution.state],
      duration_ms: execution.durationMs,
      ...(failed ? { error: messageOf(execution) } : { message: messageOf(execution) }),
    },
  };
};

/** A job that was made or is gone; every other change is an update, and says which. */
function jobEvent({ change, jobName, jobNumber, tags }: JobEvent) {
  const word = change === 'created' || change === 'deleted' ? `job_${change}` : 'job_updated';
  return { event: word, data: { job_id: jobId(jobNumber), job_name: jobName, change, tags: [...tags] } };
}

function subjectOf({ execution, jobName, jobNumber }: ExecutionEvent) {
  return { job_id: jobId(jobNumber), job_name: jobName, execution_id: executionId(execution.id) };
}
