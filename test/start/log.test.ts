import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { createLog } from '../../start/log.ts';
import { secretsOf } from '../../start/log/secrets-of.ts';
import { createRedactor } from '../../start/log/without-secrets.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';

const withoutSecrets = createRedactor();

function logged(write: (log: ReturnType<typeof createLog>) => void, secrets: string[] = [], level = 'debug'): string {
  let text = '';
  const destination = { write: (line: string) => void (text += line) };
  write(createLog({ name: 'test', level, pretty: false, secrets, destination }));
  return text;
}

it('tokens, API keys and passwords never reach the log, in fields, messages and errors', () => {
  const secrets = {
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJoaWRkZW4ifQ.c2lnbmF0dXJl',
    key: `alm_${'k'.repeat(43)}`,
    password: 'hush-hush',
    dsn: 'postgres://almanac:hush-hush@db.internal:5432/almanac',
  };
  const text = logged((log) => {
    log.info({ headers: { authorization: `Bearer ${secrets.jwt}` }, password: secrets.password }, 'a request');
    log.warn(
      { config: { mqtt: { password: secrets.password }, auth: { secret: secrets.password } } },
      'the configuration',
    );
    log.info({}, `connecting to ${secrets.dsn} with Bearer ${secrets.jwt} or ${secrets.key}`);
    log.error(
      { error: new Error(`${secrets.dsn} refused`, { cause: new Error(`token ${secrets.jwt}`) }) },
      'it failed',
    );
  });
  expect(text.split('\n').filter(Boolean)).toHaveLength(4);
  expect(text).not.toMatch(/hush-hush|c2lnbmF0dXJl|k{43}/);
  expect(text).toContain('postgres://almanac:[redacted]@db.internal');
});

it('an error is logged with its kind, code and stack', () => {
  const text = logged((log) =>
    log.error({ error: Object.assign(new TypeError('broken'), { code: 'E42' }) }, 'it failed'),
  );
  const { error } = JSON.parse(text) as { error: { type: string; message: string; code: string; stack: string } };
  expect(error).toMatchObject({ type: 'TypeError', message: 'broken', code: 'E42' });
  expect(error.stack).toContain('log.test.ts');
});

it('each line of a request carries its fields', () => {
  const text = logged((log) => log.child({ requestId: 'trace-1' }).info({ path: '/x' }, 'request'));
  expect(JSON.parse(text)).toMatchObject({ requestId: 'trace-1', path: '/x', msg: 'request', level: 30 });
});

it('text without secrets stays as it is', () => {
  for (const text of ['http://host:8008/path', 'user@host', 'Bearer of news', 'alm_short', 'a: b@c']) {
    expect(withoutSecrets(text)).toBe(text);
  }
});

/** What may never be read, each spelled so that one look finds it. */
const HUSH = {
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoiaHVzaCJ9.hush-signature',
  apiKey: `alm_hush${'k'.repeat(39)}`,
  basic: 'aHVzaC1odXNoOmh1c2gtaHVzaA==',
  webhook: 'whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo',
  nkey: `SU${'HUSHHUSH'.repeat(7)}`,
};

it.each([
  `connect ECONNREFUSED postgres://almanac:hush-hush@db:5432/almanac`,
  `a password with signs: mqtts://almanac:hush@hush-hush@broker:8883`,
  `nats://hush-hush-token@nats:4222 is away`,
  `host=db user=almanac password=hush-hush dbname=almanac`,
  `GET /hooks?token=hush-hush&x=1`,
  `the body was {"user": "a", "password": "hush-hush", "api_key": "hush-hush"}`,
  `Authorization: Basic ${HUSH.basic}`,
  `sent Bearer ${HUSH.jwt}`,
  `"authorization":"Bearer hush-hush"`,
  `the key ${HUSH.apiKey} was revoked`,
  `signed with ${HUSH.webhook}`,
  `the seed ${HUSH.nkey}`,
  `-----BEGIN PRIVATE KEY-----\nhush-hush\n-----END PRIVATE KEY-----`,
  `-----BEGIN USER NKEY SEED-----\nhush-hush\n------END USER NKEY SEED------`,
])('a secret never reaches the log, be it in a message, a field, a list, an error or its cause: %s [M-077]', (text) => {
  const cause = new Error('outer', { cause: new AggregateError([new Error(text)], 'many', { cause: text }) });
  const written = logged((log) => {
    log.info({}, text);
    log.info(
      { deep: { er: [{ still: text }] }, map: new Map([['a', text]]), at: new URL('http://h/?token=hush-hush') },
      'x',
    );
    log.error({ error: new Error(text), other: cause, reason: cause }, text);
    log.error(new Error(text));
    log.child({ said: text, child: cause }).warn({}, 'a child');
  });
  expect(written.split('\n').filter(Boolean)).toHaveLength(5);
  expect(written).not.toMatch(/hush|HUSH|aHVzaC/);
});

it('what stands under the name of a secret is not shown, at any depth, whatever it looks like', () => {
  const names = [
    'password',
    'Authorization',
    'access_token',
    'apiKey',
    'x-api-key',
    'clientSecret',
    'cookie',
    'nkey',
    'dsn',
  ];
  const written = logged((log) => {
    for (const name of names) log.info({ a: { b: [{ c: { [name]: 'hush', beside: 'shown' } }] } }, 'x');
    log.info({ headers: { 'proxy-authorization': ['hush'] }, hasToken: true, token: null }, 'y');
  });
  expect(written).not.toContain('hush');
  expect(written.match(/shown/g)).toHaveLength(names.length);
  expect(written).toContain('"hasToken":true');
});

it('the values of the configuration that are secret are taken out, however they are spelled', () => {
  const secret = 'pass/word "1"';
  const written = logged(
    (log) =>
      log.warn({ error: new Error(`login with ${secret}`), url: encodeURIComponent(secret) }, `it was ${secret}`),
    [secret, 'short'],
  );
  expect(written).not.toMatch(/word|pass/);
  expect(logged((log) => log.info({}, 'a short line'), ['short'])).toContain('a short line');
});

it('every secret of the configuration is among them, of addresses the password [M-077]', () => {
  const hidden = (name: string) => `${name.toLowerCase().replaceAll('_', '-')}-${'hush-hush-'.repeat(4)}`;
  const address = (name: string, scheme: string) => `${scheme}://user:${hidden(name)}@host:1234`;
  const values = {
    DATABASE_URL: address('DATABASE_URL', 'postgres'),
    TEMPORAL_ADDRESS: 'localhost:7233',
    JWT_SECRET: hidden('JWT_SECRET'),
    JWT_JWKS_URL: address('JWT_JWKS_URL', 'https'),
    METRICS_TOKEN: hidden('METRICS_TOKEN'),
    MQTT_URL: address('MQTT_URL', 'mqtt'),
    OTEL_EXPORTER_OTLP_ENDPOINT: address('OTEL_EXPORTER_OTLP_ENDPOINT', 'http'),
    OTEL_EXPORTER_OTLP_HEADERS: `x-team=${hidden('OTEL_EXPORTER_OTLP_HEADERS')}`,
  };
  const secrets = secretsOf(loadConfig(readEnvironment(VARIABLE_NAMES, values), { api: true, worker: true }));
  for (const name of Object.keys(values).filter((name) => name !== 'TEMPORAL_ADDRESS'))
    expect(secrets).toContain(hidden(name));
});

it('a level below the one that is asked for is not written', () => {
  const all = (log: ReturnType<typeof createLog>) => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]({}, level);
  };
  const levels = (level: string) => [...logged(all, [], level).matchAll(/"msg":"(\w+)"/g)].map(([, msg]) => msg);
  expect(levels('warn')).toEqual(['warn', 'error', 'fatal']);
  expect(levels('trace')).toHaveLength(6);
  expect(levels('silent')).toEqual([]);
});

it.each(['a', 'a.', 'x://', 'x://a:', '-eyJ'])(
  'a long text, such as a path that anybody asks for, is not looked through anew from each of its signs on: %s',
  (part) => {
    const text = part.repeat(200_000 / part.length);
    expect(withoutSecrets(text)).toBe(text);
    expect(withoutSecrets(`${text} postgres://a:hush@db`)).toBe(`${text} postgres://a:[redacted]@db`);
  },
);

it('several addresses in one text lose their passwords each', () => {
  const text = 'postgres://a:hush@db/x "mqtt://b:hu@sh@c" <nats://d:hush@e>, amqp+ssl://:hush@f';
  const shown =
    'postgres://a:[redacted]@db/x "mqtt://b:[redacted]@c" <nats://d:[redacted]@e>, amqp+ssl://:[redacted]@f';
  expect(withoutSecrets(text)).toBe(shown);
});

it('a field that never ends, or ends in itself, is cut and not followed', () => {
  const round: Record<string, unknown> = { n: 1n, at: new Date(0), bytes: Buffer.from('hush') };
  round['round'] = round;
  const line = JSON.parse(logged((log) => log.info({ round }, 'x'))) as Record<string, unknown>;
  expect(line['round']).toMatchObject({ n: '1', at: '1970-01-01T00:00:00.000Z', bytes: '[4 bytes]' });
});

it('a process that ends leaves no line behind, and none out of its order, however slowly they are written', async () => {
  const program = `
    import { pbkdf2 } from 'node:crypto';
    import { createLog, writtenOut } from './start/log.ts';
    const log = createLog({ name: 'test', level: 'info', pretty: false });
    pbkdf2('keeps the only thread', 'that writes busy', 300_000, 64, 'sha512', () => undefined);
    for (const msg of ['first', 'second', 'third']) log.info({}, msg);
    await writtenOut(log);
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    {
      cwd: new URL('../..', import.meta.url).pathname,
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
    },
  );
  expect([...stdout.matchAll(/"msg":"(\w+)"/g)].map(([, msg]) => msg)).toEqual(['first', 'second', 'third']);
}, 60_000);
