import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAction, needsAdmin, resourcesOf, surroundingsFault } from '../../domain/actions/index.ts';
import { BUILT_IN_KEYS } from '../../domain/functions/built-in.ts';
import { loadFunctions, type LoadedFunctions } from '../../worker/functions/load-functions.ts';
import { recordingLog } from '../support/recording-log.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

/** Loads a folder that holds these files. */
async function loadedFrom(files: Readonly<Record<string, string>>, examples = false) {
  const folder = tempFolder('functions-');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const log = recordingLog();
  return { folder, log, functions: await loadFunctions({ folder, examples, log }) };
}

const keys = (functions: LoadedFunctions) => functions.served.map(({ key }) => key);
const own = (functions: LoadedFunctions) => keys(functions).filter((key) => !BUILT_IN_KEYS.some((one) => one === key));
const call = (key: string, payload: unknown = {}) => ({ type: 'function', function: key, payload });

describe('the files of FUNCTIONS_DIR', () => {
  it('are functions by run or default, as ES module, CommonJS or TypeScript, with keys and names [C-058..C-062]', async () => {
    const { functions } = await loadedFrom({
      'plain.mjs': 'export async function run() { return 1 }',
      'named.mjs': `export default async () => 2;
        export const key = 'hris_sync', name_en = 'HRIS sync', name_ar = 'مزامنة', description = 'Syncs', description_ar = 'ز';`,
      'old.cjs': 'module.exports = { key: "old_one", run: async () => 3 }',
      'typed.ts': `import { join } from 'node:path';
        import { ten } from './lib/_ten.ts';
        export const name_en: string = 'Typed';
        export async function run(): Promise<string> { return join('a', String(ten)) }`,
      'lib/_ten.ts': 'export const ten: number = 10',
      'lib/inner.mjs': 'throw new Error("nobody asked for this")',
      '_helper.mjs': 'throw new Error("nobody asked for this")',
      'typed.d.ts': 'export {}',
      'plain.test.mjs': 'throw new Error("nobody asked for this")',
      'README.md': 'text',
    });
    expect(functions.faulty).toEqual([]);
    expect(own(functions)).toEqual(['hris_sync', 'old_one', 'plain', 'typed']);
    expect(functions.served.find(({ key }) => key === 'hris_sync')).toEqual({
      key: 'hris_sync',
      nameEn: 'HRIS sync',
      nameAr: 'مزامنة',
      descriptionEn: 'Syncs',
      descriptionAr: 'ز',
    });
    expect(functions.served.find(({ key }) => key === 'plain')).toMatchObject({ nameEn: 'Plain', nameAr: 'Plain' });
    for (const [key, data] of Object.entries({ plain: 1, hris_sync: 2, old_one: 3, typed: 'a/10' })) {
      expect((await acting(call(key), { functions }).result).data).toBe(data);
    }
  });

  it('that are faulty are named with why, loudly, and the others are served', async () => {
    const { functions, log, folder } = await loadedFrom({
      'a.mjs': 'export const key = "same"; export const run = () => 1',
      'b.mjs': 'export const key = "same"; export const run = () => 2',
      'backup.mjs': 'export const run = () => 3',
      'empty.mjs': 'export const nothing = 1',
      'good.mjs': 'export const run = () => 4',
      'misnamed.mjs': 'export const key = "two words"; export const run = () => 5',
      'syntax.mjs': 'export const run = (',
      'throws.mjs': 'throw new TypeError("no such host"); export const run = () => 6',
      'types.ts': 'export const run = () => {',
    });
    expect(own(functions)).toEqual(['same', 'good']);
    const why = Object.fromEntries(functions.faulty.map((fault) => [fault.file.slice(folder.length + 1), fault.why]));
    expect(why).toEqual({
      'b.mjs': `its key "same" is that of ${join(folder, 'a.mjs')}: export another key`,
      'backup.mjs': 'its key "backup" is that of a built-in function: export another key',
      'empty.mjs': 'it exports no function: export an async function run(context), or a default one',
      'misnamed.mjs': expect.stringContaining('key: use at most 100 letters'),
      'syntax.mjs': expect.stringMatching(/syntax/),
      'throws.mjs': 'no such host',
      'types.ts': expect.stringContaining('types.ts:1'),
    });
    const errors = log.entries.filter((line) => line.level === 'error').map((line) => line.message);
    for (const { file, why: reason } of functions.faulty) {
      expect(errors).toContain(`The function file ${file} can't be used: ${reason}`);
    }
  });

  it('may be missing altogether: that is said, and built-in functions stay', async () => {
    const log = recordingLog();
    const functions = await loadFunctions({ folder: '/nowhere/at/all', examples: false, log });
    expect(keys(functions)).toEqual(BUILT_IN_KEYS);
    expect(functions.faulty[0]?.why).toContain('FUNCTIONS_DIR');
  });

  it('are joined by sleep and always_fail with EXAMPLE_FUNCTIONS=1, with names in both languages', async () => {
    const { functions } = await loadedFrom({}, true);
    expect(own(functions)).toEqual(['sleep', 'always_fail']);
    for (const { nameAr, descriptionAr } of functions.served) {
      expect(`${nameAr} ${descriptionAr}`).toMatch(/\p{Script=Arabic}/u);
    }
    expect(await acting(call('sleep'), { functions }).result).toMatchObject({ message: 'Slept for 1 s' });
    expect(await failureOf(acting(call('always_fail'), { functions }))).toEqual({
      type: 'Error',
      message: 'This function always fails.',
      retryable: true,
    });
  });
});

describe('a function', () => {
  const one = async (body: string) =>
    (await loadedFrom({ 'one.mjs': `export async function run(context) { ${body} }` })).functions;

  it('is given payload, parameters, progress, its run and what it may call', async () => {
    const functions = await one(`
      const { payload, parameters, progress, idempotencyKey, executionId, attempt, scheduledTime, timeoutMs, job } = context;
      context.log.debug('took', 1, 'of', { a: 2 });
      context.heartbeat({ page: 3 });
      payload.changed = true;
      return { payload, parameters, progress, idempotencyKey, executionId, attempt, scheduledTime, timeoutMs, job };`);
    const payload = { name: '${NOT_A_TEMPLATE}' };
    const given = { parameters: { force: true }, progress: { page: 2 }, run: { attempt: 2 } };
    const acted = acting(call('one', payload), { functions }, given);
    expect((await acted.result).data).toEqual({
      payload: { ...payload, changed: true },
      parameters: { force: true },
      progress: { page: 2 },
      idempotencyKey: RUN.executionId,
      executionId: RUN.executionId,
      attempt: 2,
      scheduledTime: '2025-03-12T09:00:00.000Z',
      timeoutMs: 60_000,
      job: { id: RUN.jobId, name: RUN.jobName, tags: ['daily'] },
    });
    expect(acted.logs).toEqual([{ level: 'debug', message: 'took 1 of { a: 2 }' }]);
    expect(acted.progress).toEqual([{ page: 3 }]);
  });

  it.each([
    ['return "Synced 150 records"', 'Synced 150 records'],
    ['return { summary: "Synced 150 records", synced: 150 }', 'Synced 150 records'],
    ['return { synced: 150 }', 'one finished'],
    ['', 'one finished'],
  ])('that ends with %j is summarised as %j', async (body, message) => {
    expect((await acting(call('one'), { functions: await one(body) }).result).message).toBe(message);
  });

  it.each([
    ['throw new RangeError("too far")', 'RangeError', 'too far', true],
    ['throw new (class HrisDown extends Error {})("away")', 'HrisDown', 'away', true],
    ['throw "just a text"', 'Error', 'just a text', true],
    ['throw Object.assign(new Error("bad payload"), { retryable: false })', 'Error', 'bad payload', false],
    ['throw Object.assign(new Error("no"), { nonRetryable: true })', 'Error', 'no', false],
    ['const a = {}; a.a = a; return a', 'InvalidResult', 'is not JSON', false],
    ['return 10n', 'InvalidResult', 'is not JSON', false],
    ['return () => 1', 'InvalidResult', 'is a function', false],
    ['return "x".repeat(1100000)', 'InvalidResult', 'at most 1024 kB', false],
    ['context.heartbeat("x".repeat(70000))', 'NotJson', 'at most 64 kB', false],
  ])('%s fails as %s', async (body, type, message, retryable) => {
    const failure = await failureOf(acting(call('one'), { functions: await one(body) }));
    expect(failure).toEqual({ type, message: expect.stringContaining(message), retryable });
  });

  it('that fails leaves where it was thrown, and the cause', async () => {
    const functions = await one('throw new Error("outer", { cause: new Error("inner") })');
    const failure = await acting(call('one'), { functions }).result.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      traceback: expect.stringMatching(/Error: outer\n\s+at .*one\.mjs:1[^]*Caused by: Error: inner/),
    });
  });

  it('may say when to try again', async () => {
    const functions = await one('throw Object.assign(new Error("busy"), { retryAfterMs: 7000 })');
    const failure = await acting(call('one'), { functions }).result.catch((error: unknown) => error);
    expect(failure).toMatchObject({ retryAfterMs: 7000 });
  });

  it('really stops by its signal', async () => {
    const functions = await one(`
      const { setTimeout } = await import('node:timers/promises');
      context.log.info('begun');
      try { await setTimeout(600000, undefined, { signal: context.signal }) } finally { context.log.info('cleaned up') }`);
    const acted = acting(call('one'), { functions });
    await until('it began', async () => acted.logs.length === 1);
    acted.stop.abort(new Error('cancelled'));
    expect((await failureOf(acted)).type).toBe('AbortError');
    expect(acted.logs.at(-1)?.message).toBe('cleaned up');
  });

  it('that does not listen to its signal is left alone after some seconds, and that is said', async () => {
    const log = recordingLog();
    const functions = await one('context.log.info("begun"); await new Promise(() => undefined)');
    const acted = acting(call('one'), { functions, log });
    await until('it began', async () => acted.logs.length === 1);
    acted.stop.abort(new Error('cancelled'));
    expect((await failureOf(acted)).message).toContain('did not stop');
    expect(log.said('may still run until the worker restarts')).toBeDefined();
  });

  it('that is gone since the job was made fails at once, and says what to do', async () => {
    const failure = await failureOf(acting(call('gone'), {}));
    expect(failure).toMatchObject({ type: 'UnknownFunction', retryable: false });
    expect(failure.message).toContain('FUNCTIONS_DIR');
  });
});

describe('the action function', () => {
  const fault = (action: unknown, functions: readonly string[] = []) =>
    surroundingsFault(parseAction(action), { relays: [], ruleNodes: [], functions });

  it('keeps its payload as it is, and is accepted again unchanged', () => {
    const kept = parseAction(call('hris_sync', { a: [1, '${X}'] }));
    const none = { task_queue: null, heartbeat_timeout_seconds: null };
    expect(kept).toEqual({ ...call('hris_sync', { a: [1, '${X}'] }), ...none });
    expect(parseAction(kept)).toEqual(kept);
    expect(parseAction({ type: 'function', function: 'x' })).toMatchObject({ payload: {} });
  });

  it('refuses a key that nobody serves, and says how to register one', () => {
    expect(fault(call('hris_sync'), ['hris_sync'])).toBeNull();
    expect(fault(call('hris_sync'), ['other', 'third'])).toMatch(
      /no function "hris_sync"; registered are other, third\. To register one.*FUNCTIONS_DIR.*task_queue/,
    );
    expect(fault(call('hris_sync'))).toContain('none is registered');
    expect(fault(call('backup'))).toBeNull();
    expect(fault({ ...call('Daily report'), task_queue: 'python' })).toBeNull();
  });

  it.each([
    [{ ...call('x'), task_queue: 'control' }, 'task_queue: "control" is a queue of the scheduler itself'],
    [{ ...call('x'), task_queue: 'clocks' }, 'a queue of the scheduler itself'],
    [{ ...call('x'), task_queue: 'actions' }, 'a queue of the scheduler itself'],
    [{ ...call('x'), task_queue: '/_sys/other' }, 'belongs to Temporal'],
    [{ ...call('x'), task_queue: 'temporal-sys-x' }, 'belongs to Temporal'],
    [{ ...call('x'), heartbeat_timeout_seconds: 5 }, 'belongs to a task_queue'],
    [{ ...call('x'), task_queue: 'q', heartbeat_timeout_seconds: 0 }, 'must be at least 1'],
    [{ type: 'function' }, 'function: must be the key of a function'],
    [call('backup', { keep: 0 }), 'payload.keep: must be at least 1'],
    [call('cleanup_history', { days: 3 }), 'payload.days: unknown field'],
    [call('rotate_files'), 'payload.pattern'],
    [call('generate_report', { path: '../x' }), 'payload.path: may not hold ".."'],
  ])('%j is refused', (action, sentence) => {
    expect(() => parseAction(action)).toThrow(sentence);
  });

  it('guards built-in functions as the actions that they are', () => {
    const payloads: Readonly<Record<string, object>> = { rotate_files: { pattern: '*.log' } };
    const guarded = BUILT_IN_KEYS.filter((key) => needsAdmin(parseAction(call(key, payloads[key]))));
    expect(guarded).toEqual(['health_check', 'backup', 'cleanup_history']);
    expect(needsAdmin(parseAction({ ...call('backup'), task_queue: 'elsewhere' }))).toBe(false);
  });

  it('names what built-in functions touch', () => {
    expect(resourcesOf(parseAction(call('backup')))).toEqual(['system:backup']);
    expect(resourcesOf(parseAction(call('rotate_files', { pattern: '*.log' })))).toEqual(['file:*.log']);
    expect(resourcesOf(parseAction({ ...call('backup'), task_queue: 'elsewhere' }))).toEqual([]);
  });
});
