import type { DomainEvent, ExecutionEvent, JobEvent } from '../events/domain-event.ts';
import type { OutgoingMessage } from './nats-link.ts';

/** The first tokens of every event's subject (DECISIONS section 5, notifications). */
const ROOT = 'evt.scheduler';
/** Longer results are left out: a receiver reads them from the API. */
const LONGEST_DATA = 16_384;

/**
 * An event in the words of docs/nats.md. Its id, of what it is about and the notice `seq`, is the same however often it
 * is told, so that streams drop repetitions. `toldAt` is the time of an event that has none of its own.
 */
export function eventMessage(event: DomainEvent, seq: number, toldAt: number): OutgoingMessage {
  const id = `${event.kind === 'job' ? event.jobId : event.execution.id}.${seq}`;
  const { subject, body } = event.kind === 'job' ? scheduleEvent(event) : executionEvent(event);
  return {
    subject,
    payload: JSON.stringify({ id, type: subject, time: new Date(happenedAt(event) ?? toldAt).toISOString(), ...body }),
    headers: {
      'Content-Type': 'application/json',
      'Nats-Msg-Id': id,
      'X-Schedule-Id': body.schedule.id,
      ...(event.kind !== 'job' && { 'X-Execution-Id': event.execution.id }),
    },
  };
}

function happenedAt(event: DomainEvent): number | null {
  if (event.kind === 'job') return null;
  return event.kind === 'ended' ? event.execution.endedAt : event.execution.startedAt;
}

function scheduleEvent(event: JobEvent) {
  const change = event.change.replace(/[^A-Za-z0-9_-]/g, '_');
  return { subject: `${ROOT}.schedule.${change}`, body: { schedule: scheduleOf(event, event.jobId) } };
}

function executionEvent(event: ExecutionEvent) {
  const { execution, kind } = event;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const state = kind === 'started' ? 'running' : execution.state;
  const ended = kind === 'ended' ? execution : null;
  return {
    subject: `${ROOT}.execution.${kind === 'started' ? 'started' : execution.state}`,
    body: {
      schedule: scheduleOf(event, execution.jobId),
      execution: {
        id: execution.id,
        status: state,
        reason: ended?.reason ?? null,
        trigger: execution.trigger,
        attempt: execution.attempt,
        scheduled_time: iso(execution.dueAt),
        started_at: iso(execution.startedAt),
        ended_at: iso(ended?.endedAt ?? null),
        duration_ms: ended?.durationMs ?? null,
        triggered_by: execution.triggeredBy,
        result: bounded(ended?.result ?? null),
        error: ended?.error == null ? null : { type: ended.error.type, message: ended.error.message },
      },
    },
  };
}

function scheduleOf({ jobName, face, tags }: DomainEvent, id: string) {
  return { id, name: jobName, face, tags };
}

function bounded(result: ExecutionEvent['execution']['result']) {
  if (result === null) return null;
  const { message, data = null } = result;
  const isLong = data !== null && JSON.stringify(data).length > LONGEST_DATA;
  return { message, data: isLong ? null : data, truncated: isLong };
}
