import { afterAll, beforeAll, expect, test } from 'vitest';
import { endNotification, insertNotifications, putOffNotification } from '../../../../db/queries/notifications.ts';
import { gatewayExecutionId, gatewayJobId } from '../../../../domain/public-ids.ts';
import type { Job } from '../../../../domain/job.ts';
import { addExecution } from '../../../support/executions.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

let gateway: TestGateway;
let job: Job;
let execution: string;
let ids: { delivered: string; given: string; waiting: string };

beforeAll(async () => {
  gateway = await startGateway();
  job = await gateway.createJob({ name: 'Poll' });
  const other = await gateway.createJob({ name: 'Other' });
  const next = () => gateway.ctx.ids.next();
  execution = next();
  ids = { delivered: next(), given: next(), waiting: next() };
  await addExecution(gateway.db, job, { id: execution, dueAt: gateway.now, state: 'failed', durationMs: 5 });
  const row = { face: 'gateway', topic: 'events/x', body: '{}', event: 'failed' } as const;
  const of = { ...row, jobId: job.id, executionId: execution };
  await insertNotifications(gateway.db, [{ ...of, id: ids.delivered, destination: 'mqtt' }]);
  await insertNotifications(gateway.db, [{ ...of, id: ids.given, destination: 'webhook:operations' }]);
  const alone = { ...row, event: 'disabled', jobId: other.id, executionId: null } as const;
  await insertNotifications(gateway.db, [{ ...alone, id: ids.waiting, destination: 'mqtt' }]);
  await endNotification(gateway.db, ids.delivered, { state: 'delivered', error: null });
  await endNotification(gateway.db, ids.given, { state: 'given_up', error: 'The receiver answered 410' });
  await putOffNotification(gateway.db, { id: ids.waiting, attempt: 0 }, { waitMs: 60_000, error: 'away' });
});
afterAll(() => gateway.stop());

async function list(query = '') {
  const { status, body } = await gateway.call('GET', `/notifications${query}`, undefined, { role: 'viewer' });
  const { notifications = [], ...rest } = body as { notifications?: { id: string }[] };
  return { status, notifications, found: notifications.map(({ id }) => id), rest };
}

test('Notifications are listed, the latest first, with what became of each', async () => {
  const { status, notifications, rest } = await list();
  expect(status).toBe(200);
  expect(rest).toEqual({ success: true, pagination: { limit: 50, offset: 0, has_more: false } });
  const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
  expect(notifications).toEqual([
    {
      ...{ id: ids.waiting, event: 'disabled', destination: 'mqtt', status: 'pending', execution_id: null },
      ...{ job_id: gatewayJobId(job.number + 1), job_name: 'Other', attempts: 0, created_at: iso },
      ...{ next_attempt_at: iso, ended_at: null, error: 'away' },
    },
    {
      ...{ id: ids.given, event: 'failed', destination: 'webhook:operations', status: 'given_up', attempts: 0 },
      ...{ job_id: gatewayJobId(job.number), job_name: 'Poll', execution_id: gatewayExecutionId(execution) },
      ...{ created_at: iso, next_attempt_at: null, ended_at: iso, error: 'The receiver answered 410' },
    },
    expect.objectContaining({ id: ids.delivered, status: 'delivered', ended_at: iso, error: null }),
  ]);
});

test('They can be asked for by status, job and execution, page by page', async () => {
  expect((await list('?status=given_up')).found).toEqual([ids.given]);
  expect((await list('?status=delivered')).found).toEqual([ids.delivered]);
  expect((await list(`?job_id=${gatewayJobId(job.number)}`)).found).toEqual([ids.given, ids.delivered]);
  expect((await list(`?execution_id=${gatewayExecutionId(execution)}&status=pending`)).found).toEqual([]);
  const page = await list('?limit=1&offset=1');
  expect(page.found).toEqual([ids.given]);
  expect(page.rest).toMatchObject({ pagination: { limit: 1, offset: 1, has_more: true } });
});

test.each([
  ['?status=lost', 400, 'INVALID_INPUT'],
  ['?job_id=job_999', 404, 'JOB_NOT_FOUND'],
  ['?execution_id=exec_20250312151030123', 404, 'EXECUTION_NOT_FOUND'],
])('What is asked for wrongly (%s) is refused', async (query, status, code) => {
  const answer = await list(query);
  expect([answer.status, answer.rest]).toMatchObject([status, { code }]);
});
