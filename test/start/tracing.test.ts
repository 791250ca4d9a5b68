import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTraceparent } from '../../domain/tracing.ts';
import { createRedactor } from '../../start/log/without-secrets.ts';
import { otlpTracing } from '../../start/tracing/otlp-tracing.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../support/otlp-receiver.ts';
import { recordingLog } from '../support/recording-log.ts';

const CALLER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const RUN = '0197a1b2-c3d4-7000-8000-0123456789ab';

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.close());

function open(changes: { share?: number; endpoint?: string } = {}) {
  const service = { name: 'scheduler-service', version: '1.0.0' };
  const clean = createRedactor(['hush-hush']);
  const headers = { 'x-team': 'ops, all' };
  const log = recordingLog();
  const settings = { endpoint: receiver.endpoint, headers, share: 1, service, clean, ...changes };
  return { log, tracing: otlpTracing(settings, log) };
}

const at = (parent: string | null, traceOf?: string) =>
  ({ name: 'x', kind: 'internal', parent, attributes: {}, ...(traceOf !== undefined && { traceOf }) }) as const;

describe('a traceparent', () => {
  it('names a trace and a span, in this version and in later ones that say more', () => {
    const known = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
    expect(parseTraceparent(CALLER)).toEqual({ ...known, sampled: true });
    expect(parseTraceparent(CALLER.replace(/01$/, '00'))).toEqual({ ...known, sampled: false });
    expect(parseTraceparent(`01${CALLER.slice(2)}-more`)).toEqual({ ...known, sampled: true });
  });

  it.each([
    undefined,
    null,
    '',
    'x',
    CALLER.toUpperCase(),
    `${CALLER}-more`,
    `ff${CALLER.slice(2)}`,
    CALLER.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    CALLER.replace('00f067aa0ba902b7', '0'.repeat(16)),
    ` ${CALLER}`,
  ])('that is %j is none', (text) => {
    expect(parseTraceparent(text)).toBeNull();
  });
});

describe('traces', () => {
  it('arrive by OTLP with their service and headers, a caller’s is continued, and what failed says so without secrets', async () => {
    const { tracing, log } = open();
    const inner: string[] = [];
    await tracing
      .within(
        { name: 'outer', kind: 'server', parent: CALLER, attributes: { n: 1, dsn: 'postgres://a:b-secret@h/d' } },
        (outer) =>
          tracing.within(at(outer.traceparent), (span) => {
            inner.push(outer.traceparent, span.traceparent);
            return Promise.reject(new Error('the password is hush-hush'));
          }),
      )
      .catch(() => undefined);
    await tracing.close();
    const ours = receiver.ofTrace('4bf92f3577b34da6a3ce929d0e0e4736');
    const [child, parent] = ours;
    expect(ours.map(({ name, kind, service }) => [name, kind, service])).toEqual([
      ['x', 1, 'scheduler-service'],
      ['outer', 2, 'scheduler-service'],
    ]);
    expect(parent).toMatchObject({ parentSpanId: '00f067aa0ba902b7', attributes: { n: 1 } });
    expect(child?.parentSpanId).toBe(parent?.spanId);
    expect(inner).toEqual(ours.map((span) => `00-${span.traceId}-${span.spanId}-01`).reverse());
    expect(child?.status).toEqual({ code: 2, message: 'the password is [redacted]' });
    expect(JSON.stringify(receiver.spans)).not.toMatch(/hush-hush|b-secret/);
    expect(receiver.headers.at(-1)).toMatchObject({ 'x-team': 'ops, all' });
    expect(log.entries).toEqual([]);
  });

  it('that begin with a run have its id, whichever process makes its spans; others have one of their own', async () => {
    const [one, two] = [open(), open()];
    const ids = await Promise.all(
      [one, two].map(({ tracing }) => tracing.within(at(null, RUN), ({ traceparent }) => Promise.resolve(traceparent))),
    );
    const [a, b] = ids.map(parseTraceparent);
    expect([a?.traceId, b?.traceId]).toEqual([RUN.replaceAll('-', ''), RUN.replaceAll('-', '')]);
    expect(a?.spanId).not.toBe(b?.spanId);
    const other = await one.tracing.within(at(null), ({ traceparent }) =>
      Promise.resolve(parseTraceparent(traceparent)),
    );
    expect(other?.traceId).not.toBe(a?.traceId);
    await Promise.all([one.tracing.close(), two.tracing.close()]);
  });

  it('are kept as the caller decided, and else in the share that is asked for', async () => {
    const { tracing } = open({ share: 0 });
    const spanOf = (parent: string | null) =>
      tracing.within(at(parent), ({ traceparent }) => Promise.resolve(traceparent));
    const before = receiver.spans.length;
    expect((await spanOf(null)).endsWith('-00')).toBe(true);
    expect((await spanOf(CALLER.replace(/01$/, '00'))).endsWith('-00')).toBe(true);
    expect((await spanOf(CALLER)).endsWith('-01')).toBe(true);
    await tracing.close();
    expect(receiver.spans.length - before).toBe(1);
  });

  it('whose receiver is away hold up nothing, and the log says so', async () => {
    const { tracing, log } = open({ endpoint: 'http://127.0.0.1:1' });
    expect(await tracing.within(at(null), () => Promise.resolve('done'))).toBe('done');
    await tracing.close();
    expect(log.said('Traces could not be sent')?.level).toBe('warn');
  });
});

it('without an endpoint nothing of OpenTelemetry’s SDK is loaded', async () => {
  const program = (endpoint: string | null) => `
    const { openTracing } = await import('./start/tracing/open-tracing.ts');
    const { createRequire } = await import('node:module');
    const config = { tracing: { endpoint: ${JSON.stringify(endpoint)}, headers: {}, share: 1 }, service: { name: 'a', version: '1' },
      api: {metricsToken: null}, auth: {secret: null}, database: {url: ''}, mqtt: {url: null, password: null}, nats: {servers: [], password: null, token: null, nkey: null, creds: null, key: null}, actions: {reviewConnections: [], webhookSecrets: []}, notifyWebhooks: [] };
    const tracing = await openTracing(config, console);
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('@opentelemetry')).length;
    console.log(JSON.stringify({ on: tracing !== undefined, loaded: loaded > 0 }));
    process.exit(0);`;
  const said = async (endpoint: string | null) => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', program(endpoint)];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: new URL('../..', import.meta.url).pathname,
    });
    return JSON.parse(stdout) as unknown;
  };
  expect(await said(null)).toEqual({ on: false, loaded: false });
  expect(await said('http://127.0.0.1:4318')).toEqual({ on: true, loaded: true });
});
