import { headers as natsHeaders, type Msg, type NatsConnection as Client } from '@nats-io/transport-node';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporalConnection } from '../support/temporal.ts';
import { needsNats, startNats, type TestNats } from '../support/nats.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { startService, type RunningService } from '../support/running-service.ts';
import { until } from '../support/until.ts';

const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

let nats: TestNats | null = null;
let client: Client;
let receiver: OtlpReceiver;
let service: RunningService;
const heard: Msg[] = [];

beforeAll(async () => {
  nats = await startNats();
  if (nats === null) return;
  [client, receiver] = await Promise.all([nats.client(), startOtlpReceiver()]);
  client.subscribe('cmd.follow.>', { callback: (_error, message) => void heard.push(message) });
  await client.flush();
  service = await startService({
    NATS_URL: nats.url,
    NATS_COMMANDS: 'open',
    LOG_LEVEL: 'debug',
    SERVICE_NAME: 'followed',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  });
});
afterAll(async () => {
  if (nats === null) return;
  await service.stop();
  await receiver.close();
  await nats.stop();
});
beforeEach((context) => void needsNats(context, nats));

/** A schedule that runs when it is told to, by a command on a subject of its own. */
async function schedule(subject: string, more: object = {}): Promise<string> {
  const body = { name: subject, schedule_type: 'manual', target_command: subject, ...more };
  const made = await service.call('POST', '/api/v1/schedules', body);
  expect(made.status, made.text).toBe(201);
  return String(made.body['id']);
}

const messageOn = (subject: string) =>
  until(`a message on ${subject}`, () => heard.find((message) => message.subject === subject));
const lineOf = (correlationId: string, msg: string) =>
  until(`the line "${msg}" of ${correlationId}`, () =>
    service.lines().find((line) => line.correlationId === correlationId && line.msg === msg),
  );
const parentIn = (spans: readonly ReceivedSpan[], span: ReceivedSpan | undefined) =>
  spans.find(({ spanId }) => spanId === span?.parentSpanId);

/** The chain of spans that ends with what sent a message, the outermost first. */
async function chainOf(message: Msg): Promise<ReceivedSpan[]> {
  const [, traceId = '', spanId] = (message.headers?.get('traceparent') ?? '').split('-');
  return until('its trace is whole', () => {
    const spans = receiver.ofTrace(traceId);
    const chain = spans.filter((span) => span.spanId === spanId);
    for (let next = parentIn(spans, chain[0]); next !== undefined; next = parentIn(spans, chain[0]))
      chain.unshift(next);
    const isWhole = chain.length >= 4 || (chain.length === 3 && chain[0]?.parentSpanId === '');
    return isWhole && chain;
  });
}

async function auditOf(scheduleId: string): Promise<Record<string, string>> {
  const db = new pg.Client({ connectionString: service.databaseUrl });
  await db.connect();
  const { rows } = await db.query<{ action: string; correlation_id: string }>(
    'select action, correlation_id from audit where job_id = $1',
    [scheduleId],
  );
  await db.end();
  return Object.fromEntries(rows.map(({ action, correlation_id: id }) => [action, id]));
}

/** What Temporal was given to run. */
async function specOf(workflowId: string): Promise<{ correlationId: string; traceparent?: string }> {
  const connection = await temporalConnection();
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: service.namespace,
    execution: { workflowId },
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  return JSON.parse(Buffer.from(input?.payloads?.[0]?.data ?? []).toString()) as { correlationId: string };
}

describe('a correlation id [M-077]', () => {
  it('goes from the request through audit, workflow and action to the command, and through both logs', async () => {
    const id = await schedule('cmd.follow.http');
    const run = await service.call(
      'POST',
      `/api/v1/schedules/${id}/trigger`,
      {},
      { 'X-Correlation-ID': 'follow-me-7' },
    );
    expect(run.status).toBe(202);
    expect(run.headers.get('x-correlation-id')).toBe('follow-me-7');
    const executionId = String(run.body['execution_id']);
    const message = await messageOn('cmd.follow.http');
    expect(message.headers?.get('X-Correlation-Id')).toBe('follow-me-7');
    expect(message.headers?.get('X-Execution-Id')).toBe(executionId);
    const asked = await lineOf('follow-me-7', 'request');
    expect(asked).toMatchObject({ name: 'followed', method: 'POST', status: 202, level: 30 });
    expect(asked['requestId']).toBe(run.headers.get('x-request-id'));
    const acted = await lineOf('follow-me-7', 'attempt');
    expect(acted).toMatchObject({ executionId, jobId: id, attempt: 1, state: 'succeeded', action: 'command' });
    expect((await auditOf(id))['job.run']).toBe('follow-me-7');
    expect((await specOf(`${id}-manual-${executionId}`)).correlationId).toBe('follow-me-7');
  });

  it('is the request’s id where the caller names no other, and one is made where it names none, or a bad one', async () => {
    const get = (headers: Record<string, string>) => service.call('GET', '/api/v1/schedules', undefined, headers);
    const named = await get({ 'X-Request-ID': 'request-9' });
    expect([named.headers.get('x-request-id'), named.headers.get('x-correlation-id')]).toEqual([
      'request-9',
      'request-9',
    ]);
    const both = await get({ 'X-Request-ID': 'request-10', 'X-Correlation-ID': 'saga-1' });
    expect([both.headers.get('x-request-id'), both.headers.get('x-correlation-id')]).toEqual(['request-10', 'saga-1']);
    for (const bad of ['a b', 'x'.repeat(200), '"}{"']) {
      const made = (await get({ 'X-Correlation-ID': bad })).headers.get('x-correlation-id') ?? '';
      expect(made).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('comes with a message on cmd.scheduler.* too, and every line of it carries it', async () => {
    const id = await schedule('cmd.follow.nats');
    const headers = natsHeaders();
    headers.set('X-Correlation-Id', 'saga-22');
    headers.set('traceparent', TRACEPARENT);
    const reply = await client.request('cmd.scheduler.trigger', JSON.stringify({ id }), { headers, timeout: 20_000 });
    const { execution_id: executionId } = reply.json<{ execution_id: string }>();
    const message = await messageOn('cmd.follow.nats');
    expect(message.headers?.get('X-Correlation-Id')).toBe('saga-22');
    expect(await lineOf('saga-22', 'command')).toMatchObject({ command: 'trigger', traceId: CALLER.traceId });
    expect(await lineOf('saga-22', 'attempt')).toMatchObject({ executionId, traceId: CALLER.traceId });
    const chain = await chainOf(message);
    expect(chain.map(({ name }) => name)).toEqual([
      ...['cmd.scheduler.trigger', 'run', 'action command', 'send cmd.follow.nats'],
    ]);
    expect(chain[0]?.parentSpanId).toBe(CALLER.spanId);
  });

  it('of what a clock fires is the execution’s id', async () => {
    await schedule('cmd.follow.clock', { schedule_type: 'interval', interval_seconds: 1 });
    const message = await messageOn('cmd.follow.clock');
    const executionId = message.headers?.get('X-Execution-Id') ?? '';
    expect(message.headers?.get('X-Correlation-Id')).toBe(executionId);
    expect(await lineOf(executionId, 'attempt')).toMatchObject({ level: 20, trigger: 'scheduled', executionId });
  });
});

describe('a trace', () => {
  it('is one from the request to the command: request, run, action, message', async () => {
    const id = await schedule('cmd.follow.traced');
    const run = await service.call('POST', `/api/v1/schedules/${id}/trigger`, {}, { 'X-Correlation-ID': 'traced-1' });
    const message = await messageOn('cmd.follow.traced');
    const chain = await chainOf(message);
    expect(chain.map(({ name, kind, service: from }) => [name, kind, from])).toEqual([
      ['POST /api/v1/schedules/{id}/trigger', 2, 'followed'],
      ['run', 5, 'followed'],
      ['action command', 1, 'followed'],
      ['send cmd.follow.traced', 4, 'followed'],
    ]);
    const [request, ran, , sent] = chain;
    expect(request?.parentSpanId).toBe('');
    expect(request?.attributes).toMatchObject({
      'http.response.status_code': 202,
      'almanac.correlation.id': 'traced-1',
    });
    expect(ran?.attributes).toMatchObject({
      'almanac.execution.id': run.body['execution_id'],
      'almanac.job.id': id,
      'almanac.attempt': 1,
      'almanac.state': 'succeeded',
    });
    expect(sent?.attributes).toMatchObject({
      'messaging.system': 'nats',
      'messaging.message.id': run.body['execution_id'],
    });
    expect((await lineOf('traced-1', 'request'))['traceId']).toBe(request?.traceId);
    expect((await lineOf('traced-1', 'attempt'))['traceId']).toBe(request?.traceId);
  });

  it('that the caller began is gone on with', async () => {
    const id = await schedule('cmd.follow.continued');
    await service.call('POST', `/api/v1/schedules/${id}/trigger`, {}, { traceparent: TRACEPARENT });
    const message = await messageOn('cmd.follow.continued');
    expect(message.headers?.get('traceparent')?.split('-')[1]).toBe(CALLER.traceId);
    expect((await chainOf(message))[0]).toMatchObject({ parentSpanId: CALLER.spanId, traceId: CALLER.traceId });
  });

  it('of what a clock fires has the execution’s id, all attempts together, and says which failed', async () => {
    const policy = { expect_reply: true, max_retries: 1, retry_delay_seconds: 0 };
    await schedule('cmd.nobody.listens', { schedule_type: 'immediate', ...policy });
    const spans = await until('both attempts are told', () => {
      const runs = receiver.spans.filter(
        ({ name, attributes }) => name === 'run' && attributes['almanac.job.name'] === 'cmd.nobody.listens',
      );
      return runs.length === 2 && runs;
    });
    const ids = new Set(spans.map(({ traceId }) => traceId));
    const executionId = String(spans[0]?.attributes['almanac.execution.id']);
    expect([...ids]).toEqual([executionId.replaceAll('-', '')]);
    expect(spans.map(({ attributes }) => attributes['almanac.attempt']).sort()).toEqual([1, 2]);
    for (const span of spans) {
      expect(span).toMatchObject({
        parentSpanId: '',
        status: { code: 2, message: expect.stringContaining('listens') as string },
      });
    }
    expect(await lineOf(executionId, 'attempt')).toMatchObject({ level: 40, failure: { type: 'NoResponders' } });
  });

  it('has no span for looks at our health', async () => {
    await service.call('GET', '/health');
    await service.call('GET', '/api/v1/schedules?limit=1', undefined, { 'X-Correlation-ID': 'after-health' });
    await until('the later one is told', () =>
      receiver.spans.some(({ attributes }) => attributes['almanac.correlation.id'] === 'after-health'),
    );
    expect(receiver.spans.filter(({ name }) => /health|ready|live/.test(name))).toEqual([]);
  });
});
