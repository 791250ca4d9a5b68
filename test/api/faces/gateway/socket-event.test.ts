import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from '../../../../api/events/domain-event.ts';
import { socketEvent } from '../../../../api/faces/gateway/translate/socket-event.ts';
import type { Execution } from '../../../../domain/execution.ts';
import { createIdSource, stampOf } from '../../../../domain/ids.ts';

const AT = Date.parse('2025-03-12T15:10:30.123Z');
const id = createIdSource({ slot: 0, now: () => AT, random: () => 0.5 }).next();

const RUNNING: Execution = {
  id,
  number: null,
  jobId: '0195a000-0000-7000-8000-000000000001',
  face: 'gateway',
  trigger: 'scheduled',
  dueAt: AT,
  state: 'running',
  reason: null,
  attempt: 1,
  attempts: [],
  createdAt: AT,
  startedAt: AT,
  endedAt: null,
  durationMs: null,
  result: null,
  error: null,
  logs: [],
  parameters: {},
  triggeredBy: null,
  groupId: null,
  workerId: null,
  workflowId: null,
  jobRevision: 1,
};

const event = (execution: Partial<Execution>, more: Partial<ExecutionEvent> = {}): ExecutionEvent => ({
  kind: 'ended',
  execution: { ...RUNNING, endedAt: AT + 120, durationMs: 120, ...execution },
  jobName: 'Modbus Poll',
  jobNumber: 1,
  face: 'gateway',
  tags: ['polling'],
  ...more,
});
const subject = { job_id: 'job_001', job_name: 'Modbus Poll', execution_id: `exec_${stampOf(id)}` };

describe('events of the WebSocket', () => {
  it('tell of a start [G-328, G-329]', () => {
    expect(subject.execution_id).toBe('exec_20250312151030123');
    expect(socketEvent(event(RUNNING, { kind: 'started' }))).toEqual({
      event: 'job_started',
      data: { ...subject, trigger: 'scheduled', start_time: '2025-03-12T15:10:30Z' },
    });
  });

  it('tell of a success [G-330]', () => {
    expect(socketEvent(event({ state: 'succeeded', result: { message: 'Published' } }))).toEqual({
      event: 'job_completed',
      data: { ...subject, status: 'success', duration_ms: 120, message: 'Published' },
    });
  });

  it.each([
    [
      { state: 'failed', error: { type: 'Offline', message: 'Connection timeout' } },
      'failed',
      'Connection timeout',
      'job_failed',
    ],
    [
      { state: 'timed_out', reason: 'attempt_timed_out' },
      'timeout',
      'The action ran longer than its timeout',
      'job_timeout',
    ],
  ] as const)('tell of a failure with its error: %o [G-331]', (execution, status, error, word) => {
    expect(socketEvent(event(execution))).toEqual({
      event: word,
      data: { ...subject, status, duration_ms: 120, error },
    });
  });

  it.each(['cancelled', 'skipped', 'missed'] as const)('tell of what was %s', (state) => {
    expect(socketEvent(event({ state, durationMs: null }))).toMatchObject({
      event: `job_${state}`,
      data: { ...subject, status: state },
    });
  });

  it.each([
    ['created', 'job_created'],
    ['deleted', 'job_deleted'],
    ['updated', 'job_updated'],
    ['disabled', 'job_updated'],
  ])('tell of a job that was %s', (change, word) => {
    const job = { jobName: 'Modbus Poll', jobNumber: 1, face: 'gateway', tags: ['polling'] } as const;
    expect(socketEvent({ kind: 'job', jobId: RUNNING.jobId, change, ...job })).toEqual({
      event: word,
      data: { job_id: 'job_001', job_name: 'Modbus Poll', change, tags: ['polling'] },
    });
  });

  it("tell nothing of other faces' jobs", () => {
    expect(socketEvent(event({}, { face: 'console' }))).toBeNull();
    const job = { jobName: 'x', jobNumber: 1, face: 'console', tags: [] } as const;
    expect(socketEvent({ kind: 'job', jobId: RUNNING.jobId, change: 'created', ...job })).toBeNull();
  });
});
