import { expect, it } from 'vitest';
import { createLog, withoutSecrets } from '../../start/log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(
    createLog({ name: 'test', level: 'debug', pretty: false, destination: { write: (line) => void (text += line) } }),
  );
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
