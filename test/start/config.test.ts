import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, type Config, type Parts } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { UNSPOKEN, VARIABLE_NAMES } from '../../start/variables.ts';

const folder = mkdtempSync(join(tmpdir(), 'almanac-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD = {
  DATABASE_URL: 'postgres://almanac:a-password@127.0.0.1:5432/almanac',
  JWT_SECRET: 'a secret of at least thirty-two bytes',
};

function load(env: Record<string, string | undefined> = {}, parts?: Parts): Config {
  return loadConfig(readEnvironment(VARIABLE_NAMES, { ...GOOD, ...env }), parts);
}

/** The refusal's text. */
function refusal(env: Record<string, string | undefined>, parts?: Parts): string {
  try {
    load(env, parts);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was accepted';
}

describe('the configuration', () => {
  it('needs a database and a way to check tokens, and has a default for all else', () => {
    const config = load();
    expect(config.api).toEqual({
      ...{ host: '0.0.0.0', port: 8008, extraPorts: [], openFaces: 'none', metricsToken: null },
      rateLimits: { read: 100, write: 20 },
    });
    expect(config.limits).toMatchObject({
      ...{ maxJobs: 100, maxConcurrentExecutions: 50, executorPoolSize: 10, clockCapacity: 250 },
      ...{ defaultTimezone: 'UTC', executionTimeoutSeconds: 300, misfireGraceSeconds: 60 },
    });
    expect(config.limits.commands.whitelist).toEqual(['cmd.>']);
    expect(config.notes).toEqual([]);
  });

  it('takes every variable of the commands document [M-059..M-071]', () => {
    const config = load({
      ...{
        SERVICE_NAME: 'scheduler-service',
        SERVICE_VERSION: '1.0.0',
        API_PORT: '8010',
        SCHEDULER_TIMEZONE: 'europe/berlin',
      },
      ...{ SCHEDULER_MISFIRE_GRACE_TIME: '120', SCHEDULER_MAX_INSTANCES: '4', SCHEDULER_EXECUTOR_POOL_SIZE: '20' },
      ...{ REDIS_URL: 'redis://localhost:6379/0', LOCK_TIMEOUT_SECONDS: '200', MAX_SCHEDULE_LOOKAHEAD_DAYS: '30' },
      ...{ DEFAULT_MAX_RETRIES: '1', DEFAULT_RETRY_DELAY: '5', MAX_SCHEDULES_PER_CREATOR: '0' },
    });
    expect(config.api.port).toBe(8010);
    expect(config.limits).toMatchObject({
      defaultTimezone: 'Europe/Berlin',
      misfireGraceSeconds: 120,
      executorPoolSize: 20,
    });
    expect(config.runs.leaseMs).toBe(200_000);
    expect(config.commands).toEqual({
      ...{ maxInstances: 4, misfireGraceSeconds: 120, maxRetries: 1, retryDelaySeconds: 5 },
      ...{ maxSchedulesPerCreator: 0, maxLookaheadDays: 30 },
    });
    expect(config.notes.join()).toContain('REDIS_URL is accepted and not needed');
  });

  it('names every wrong variable at once, with why and what to write', () => {
    const text = refusal({
      ...{ API_PORT: '80080', RATE_LIMIT_READ: '-1', SCHEDULER_TIMEZONE: 'Europe/Berlni', LOG_LEVEL: 'loud' },
      ...{
        CLOCK_CAPACITY: '1.5',
        OPEN_FACES: 'all',
        TEMPORAL_ADDRESS: 'here',
        'VAR_a b': '1',
        API_EXTRA_PORTS: '8000,x',
      },
    });
    expect(
      text
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(' ')[0])
        .sort(),
    ).toEqual([
      ...['API_EXTRA_PORTS', 'API_PORT', 'CLOCK_CAPACITY', 'LOG_LEVEL', 'OPEN_FACES', 'RATE_LIMIT_READ'],
      ...['SCHEDULER_TIMEZONE', 'TEMPORAL_ADDRESS', 'VAR_a'],
    ]);
    expect(text).toContain('API_PORT is "80080": give a port from 1 to 65535');
    expect(text).toContain('did you mean "Europe/Berlin"');
    expect(text).toContain('give one of trace, debug, info');
  });

  it.each(['0', '1', '-5', '1e3', ' 5', '5 ', '0x10', '99999999999999999999', 'NaN', 'ten'])(
    'refuses %j as a pool size',
    (text) => {
      expect(refusal({ DATABASE_POOL_SIZE: text })).toContain('DATABASE_POOL_SIZE');
    },
  );

  it('treats an empty variable as not set', () => {
    expect(load({ API_PORT: '', NATS_URL: '' })).toMatchObject({ api: { port: 8008 }, nats: { servers: [] } });
    expect(refusal({ DATABASE_URL: '' })).toContain('DATABASE_URL is not set, and has no default');
  });

  it('asks for a way to check tokens only where there is an API', () => {
    expect(refusal({ JWT_SECRET: undefined })).toContain('JWT_SECRET is not set, nor is JWT_JWKS_URL');
    expect(refusal({ JWT_SECRET: undefined }, { api: false, worker: true })).toBe('it was accepted');
    expect(refusal({ JWT_SECRET: undefined, JWT_JWKS_URL: 'https://issuer.example/keys' })).toBe('it was accepted');
  });

  it('opens faces in the embedded start only', () => {
    expect(refusal({ OPEN_FACES: 'loopback' })).toContain('only the embedded start');
    const embedded = load({ OPEN_FACES: 'loopback', ALMANAC_MODE: 'embedded' });
    expect(embedded.api).toMatchObject({ openFaces: 'loopback', host: '127.0.0.1' });
  });

  it('can not be changed', () => {
    const config = load({ VAR_TEMP: '21.5' });
    expect(() => ((config.api as { port: number }).port = 1)).toThrow(TypeError);
    expect(() => ((config.templates.variables as Record<string, unknown>)['TEMP'] = 1)).toThrow(TypeError);
    expect(() => config.limits.commands.whitelist.push('>')).toThrow(TypeError);
  });

  it('takes several NATS servers, and one way to sign in to them', () => {
    const several = load({ NATS_URL: 'nats://a:4222, tls://b:4222', NATS_EVENTS: 'off', NATS_TOKEN: 'x' });
    expect(several.nats).toMatchObject({ servers: ['nats://a:4222', 'tls://b:4222'], tellsEvents: false, token: 'x' });
    expect(refusal({ NATS_URL: 'ws://a:4222' })).toContain('NATS_URL');
    expect(refusal({ NATS_USERNAME: 'a', NATS_PASSWORD: 'b', NATS_TOKEN: 'c' })).toContain('keep one way to sign in');
    expect(refusal({ NATS_URL: 'nats://a:b@c:4222', NATS_TOKEN: 'd' })).toContain('NATS_URL holds credentials too');
    expect(refusal({ NATS_USERNAME: 'a' })).toContain('NATS_PASSWORD is not set');
    expect(refusal({ NATS_CERT: '-----BEGIN CERTIFICATE-----' })).toContain('NATS_KEY is not set');
    for (const name of ['NATS_NKEY', 'NATS_CREDS', 'NATS_CA', 'NATS_KEY']) {
      const text = refusal({ [name]: 'my-secret' });
      expect(text).toContain(`${name} is wrong`);
      expect(text).not.toContain('my-secret');
    }
  });

  it('checks the whitelist and the schemas of commands at the start', () => {
    const { commands } = load({
      COMMAND_WHITELIST: 'cmd.a.*, cmd.b',
      COMMAND_SCHEMAS: '{"cmd.b": {"type": "object"}}',
    }).limits;
    expect(commands).toEqual({ whitelist: ['cmd.a.*', 'cmd.b'], schemas: { 'cmd.b': { type: 'object' } } });
    expect(refusal({ COMMAND_WHITELIST: 'cmd.a*' })).toContain('"cmd.a*" may hold "*" only as a whole token');
    expect(refusal({ COMMAND_SCHEMAS: '{"cmd.b": {"type": "thing"}}' })).toContain('is not a JSON Schema');
  });

  it('gives VAR_* to templates, numbers as numbers', () => {
    expect(load({ VAR_TEMP: '21.5', VAR_NAME: 'hall', VAR_FLAG: 'true' }).templates.variables).toEqual({
      ...{ TEMP: 21.5, NAME: 'hall', FLAG: true },
    });
  });
});

describe('a secret', () => {
  it('may stand in a file that NAME_FILE names, its last line end left out', () => {
    const config = load({ JWT_SECRET: undefined, JWT_SECRET_FILE: file('secret', `${GOOD.JWT_SECRET}\n`) });
    expect(config.auth.secret).toBe(GOOD.JWT_SECRET);
    const certificate = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
    expect(load({ MQTT_CA_FILE: file('ca.pem', certificate) }).mqtt.ca).toBe(certificate.trimEnd());
  });

  it('that stands in both, or in a file that is not there, is refused', () => {
    expect(refusal({ JWT_SECRET_FILE: file('other', 'x') })).toContain('JWT_SECRET is set, and so is JWT_SECRET_FILE');
    const missing = refusal({ DATABASE_URL: undefined, DATABASE_URL_FILE: join(folder, 'nowhere') });
    expect(missing).toContain('DATABASE_URL_FILE names');
    expect(missing).toContain('ENOENT');
    expect(missing.match(/DATABASE_URL/g)).toHaveLength(1);
  });

  it('never appears in a refusal, however wrong it is', () => {
    for (const name of UNSPOKEN) expect(refusal({ [name]: '::hush-hush::' }), name).not.toContain('hush');
    const connections = '{"1": {"name": "x", "url": "hush-hush"}}';
    const text = refusal({ REVIEW_CONNECTIONS: connections, JWT_SECRET: 'hush-hush', RELAYS: '{hush-hush' });
    expect(text).not.toContain('hush');
    expect(text).toContain('REVIEW_CONNECTIONS is wrong: 1.url: give postgres://');
    expect(text).toContain('JWT_SECRET is wrong: give at least 32 bytes');
  });
});

describe('a structure', () => {
  const RELAYS = { pump: { driver: 'file', path: 'pump.state' }, lamp: { driver: 'gpio', line: 17 } };
  it.each([
    ['inline JSON', JSON.stringify(RELAYS)],
    ['inline YAML', 'pump: {driver: file, path: pump.state}\nlamp: {driver: gpio, line: 17}'],
    [
      'a file of YAML',
      file('relays.yaml', 'pump:\n  driver: file\n  path: pump.state\nlamp: { driver: gpio, line: 17 }\n'),
    ],
  ])('may be %s', (_what, text) => {
    expect(load({ RELAYS: text }).actions.relays).toEqual({
      pump: RELAYS.pump,
      lamp: { ...RELAYS.lamp, chip: 'gpiochip0', active_low: false },
    });
  });

  it('may be a list of hosts and ranges', () => {
    const allow = ['127.0.0.0/8', '::1/128', 'localhost', '*.internal'];
    expect(load({ WEBHOOK_ALLOW: JSON.stringify(allow) }).actions.webhookAllow).toEqual(allow);
    expect(refusal({ WEBHOOK_ALLOW: '["http://x/y"]' })).toContain('give a host or a range');
  });

  it('maps variables to topics, whole or by pointer', () => {
    const values = { TEMP: 'sensors/t', HUMID: { topic: 'sensors/all', pointer: '/humidity' } };
    expect(load({ MQTT_VALUES: JSON.stringify(values) }).mqtt.values).toEqual({
      TEMP: { topic: 'sensors/t', pointer: '' },
      HUMID: values.HUMID,
    });
  });

  it('that is wrong says where', () => {
    expect(refusal({ RELAYS: '{"pump": {"driver": "steam"}}' })).toContain('RELAYS is wrong: pump.driver');
    expect(refusal({ MQTT_VALUES: join(folder, 'nowhere.yaml') })).toContain('the path of a file that can be read');
    expect(refusal({ RULES_FILE: '{"a": ' })).toContain('neither JSON nor YAML');
  });
});

it('every variable with a secret in it is among the unspoken, and is a variable', () => {
  for (const name of UNSPOKEN) expect(VARIABLE_NAMES).toContain(name);
  const telling = VARIABLE_NAMES.filter((name) => /SECRET|PASSWORD|_CA$|(?<!UI)_URL$/.test(name));
  for (const name of telling) expect(UNSPOKEN.has(name), name).toBe(true);
});
