import { describe, expect, it } from 'vitest';
import { resolveAction } from '../../../../api/faces/tasks/translate/resolve-action.ts';
import { renderJson } from '../../../../domain/templates.ts';

const KNOWN = new Set(['send_report', 'backup']);
const resolve = (payload: Parameters<typeof resolveAction>[0]['payload'], name = 'daily_report') =>
  resolveAction({ name, payload }, KNOWN);

describe('what a task does (DECISIONS section 5)', () => {
  it('is the function under payload.handler, which is not handed over', () => {
    expect(resolve({ handler: 'send_report', to: 'a' })).toEqual({
      type: 'function',
      function: 'send_report',
      payload: { to: 'a' },
      task_queue: null,
      heartbeat_timeout_seconds: null,
    });
  });

  it('is the function of its own name', () => {
    expect(resolve({ to: 'a' }, 'send_report')).toMatchObject({ function: 'send_report', payload: { to: 'a' } });
  });

  it('is a remote function of its name or handler where a task queue is named', () => {
    expect(resolve({ task_queue: 'python', n: 1 })).toMatchObject({
      function: 'daily_report',
      task_queue: 'python',
      payload: { n: 1 },
    });
    expect(resolve({ task_queue: 'python', handler: 'train', heartbeat_timeout_seconds: 30 })).toMatchObject({
      function: 'train',
      task_queue: 'python',
      heartbeat_timeout_seconds: 30,
      payload: {},
    });
  });

  it('is a webhook where it has an http address: the rest of the payload is its body', () => {
    expect(resolve({ url: 'https://example.com/hook', report: 'daily' })).toMatchObject({
      type: 'webhook',
      method: 'POST',
      url: 'https://example.com/hook',
      body: { report: 'daily' },
    });
    expect(resolve({ url: 'HTTP://example.com', method: 'get', headers: { Accept: 'text/plain' } })).toMatchObject({
      method: 'GET',
      headers: { Accept: 'text/plain' },
    });
    expect(resolve({ url: 'https://example.com', method: 'PUT', body: [1], other: 2 })).toMatchObject({
      method: 'PUT',
      body: [1],
    });
  });

  it('is a function before a webhook', () => {
    expect(resolve({ url: 'https://example.com' }, 'send_report')).toMatchObject({ type: 'function' });
  });

  it('else publishes the payload to tasks/<task_name> at QoS 1', () => {
    expect(resolve({ report_type: 'daily', url: 's3://bucket/x', template: 'x' })).toEqual({
      type: 'publish',
      topic: 'tasks/daily_report',
      payload: { json: { report_type: 'daily', url: 's3://bucket/x', template: 'x' } },
      qos: 1,
      retain: false,
    });
    expect(resolve('text')).toMatchObject({ payload: { json: 'text' } });
    expect(resolve(null)).toMatchObject({ payload: { json: null } });
    expect(resolve({}, 'a+b/#c')).toMatchObject({ topic: 'tasks/a%2Bb/%23c' });
  });

  it.each([[{ a: '${NOW}', b: ['$${x}', { c: '${' }], d: 'plain ${a b} ${}' }], ['${unknown}'], [['$', '$$${A}${B}']]])(
    'hands on %j as it is: nothing in a payload is a template',
    (payload) => {
      const action = resolve(payload);
      const sent =
        action.type === 'publish' && action.payload !== null && 'json' in action.payload ? action.payload.json : 0;
      expect(renderJson(sent, () => undefined)).toEqual(payload);
    },
  );

  it.each<[object, string, string]>([
    [{ url: 'https://user:pass@example.com' }, 'payload.url', 'user or password'],
    [{ url: 'https://example.com', method: 'FETCH' }, 'payload.method', 'GET'],
    [{ url: 'https://example.com', headers: { Host: 'x' } }, 'payload.headers.Host', 'remove it'],
    [{ task_queue: '' }, 'payload.task_queue', 'function'],
    [{ handler: '' }, 'payload.handler', 'function'],
    [{ handler: 'backup', keep: 'many' }, 'payload.keep', 'number'],
  ])('refuses %j by its place', (payload, path, words) => {
    try {
      resolve(payload as Parameters<typeof resolve>[0]);
      expect.unreachable();
    } catch (error) {
      const { faults } = (error as { details: { faults: { path: string; message: string }[] } }).details;
      expect(faults[0]?.path).toBe(path);
      expect(faults[0]?.message).toContain(words);
    }
  });
});
