import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lint, lintIn, lintWithTypes } from './linting.ts';

/** Escapes that lint is given, to prove that it refuses each: put together here, so that none stands in this file. */
const FOCUSED = ['it', 'only'].join('.');
const SILENCED = ['eslint', 'disable-next-line'].join('-');

describe('what DESIGN section 7 asks beside the arrows is refused with a sentence', () => {
  it.each([
    ['domain/job.ts', `export const now = Date.now();`, 'time is an argument'],
    ['domain/job.ts', `export const clock = Date.now;`, 'time is an argument'],
    ['db/queries/claims.ts', `export const now = new Date();`, 'time is an argument'],
    ['api/verbs/run-job.ts', `export const now = new Date().getTime();`, 'ctx.now()'],
    ['api/faces/gateway/routes.ts', `export const now = Date.now();`, 'ctx.now()'],
    ['activities/run.ts', `export const now = Date.now();`, 'deps.now()'],
    ['domain/ids.ts', `export const dice = Math.random();`, 'IdSource'],
    ['domain/job.ts', `export const node = process.version;`, 'domain/ is pure'],
    ['workflows/clock.ts', `export const page = fetch('http://localhost');`, 'ask for it in an activity'],
    ['api/http/auth.ts', `export const secret = process.env['JWT_SECRET'];`, 'only start/env.ts reads the environment'],
    ['worker/tune.ts', `const { env } = process; export const a = env;`, 'only start/env.ts reads the environment'],
    [
      'start/ports.ts',
      `import { env } from 'node:process'; export const a = env;`,
      'only start/env.ts reads the environment',
    ],
    ['activities/run.ts', `import { sql } from '../db/connect.ts'; export const a = sql;`, 'write a named query'],
    [
      'api/verbs/run-job.ts',
      `import { connect } from '../../db/connect.ts'; export const a = connect;`,
      'take the `Db`',
    ],
    ['domain/job.ts', `const job = 1; export default job;`, 'Export it by name'],
    ['domain/job.ts', `const job = 1; export { job as default };`, 'Export it by name'],
    ['activities/run.ts', `export const is = (face: string) => face === 'gateway';`, 'hand in what differs'],
    ['db/connect.ts', `console.log('connected');`, 'no-console'],
    ['domain/FireTimes.ts', `export const a = 1;`, 'fire-times.ts'],
    ['domain/utils.ts', `export const a = 1;`, 'name it after the one thing'],
    ['api/helpers/paging.ts', `export const a = 1;`, 'name it after the one thing'],
    ['test/domain/job.test.ts', `${FOCUSED}('fires', () => undefined);`, 'proves nothing'],
    ['start/wait.ts', `import wait from 'wait-on'; export const a = wait;`, 'not in package.json'],
    ['start/wait.ts', `import { fc } from 'fast-check'; export const a = fc;`, 'is a devDependency'],
    ['domain/job.ts', `// ${SILENCED}\nexport const a: any = 1;`, 'no-explicit-any'],
  ])('%s: %s', async (place, code, teaches) => {
    expect((await lint(place, code)).join('\n')).toContain(teaches);
  });
});

describe('what DESIGN section 7 allows passes', () => {
  it.each([
    ['domain/job.ts', `export const at = (ms: number) => new Date(ms).getUTCDay();`],
    ['workflows/clock.ts', `export const now = Date.now();`],
    ['start/env.ts', `export const home = process.env['ALMANAC_HOME'];`],
    ['start/report.ts', `console.log(Date.now());`],
    ['cli/list.ts', `console.log('listed');`],
    ['test/support/database.ts', `export const url = process.env['DATABASE_URL'];`],
    ['vitest.config.ts', `export default {};`],
    ['test/domain/job.test.ts', `import fc from 'fast-check'; it.skipIf(fc === undefined)('fires', () => undefined);`],
    ['db/migrations/0001-initial.ts', `export const up = 1;`],
    ['api/web-app.ts', `export const isNone = (face: string | null) => face === null;`],
    ['api/faces/gateway/events.ts', `export const isOurs = (face: string) => face === 'gateway';`],
  ])('%s: %s', async (place, code) => {
    expect(await lint(place, code)).toEqual([]);
  });
});

describe('rules that know types', () => {
  it('find promises that nobody waits for, callbacks that hide one, and switches that forget a case', async () => {
    const code = `
      declare function save(): Promise<void>;
      save();
      setTimeout(async () => { await save(); }, 1);
      export function words(state: 'on' | 'off'): string {
        switch (state) { case 'on': return 'lit'; }
        return '';
      }`;
    const found = (await lintWithTypes(code)).join('\n');
    expect(found).toContain('@typescript-eslint/no-floating-promises');
    expect(found).toContain('@typescript-eslint/no-misused-promises');
    expect(found).toContain('@typescript-eslint/switch-exhaustiveness-check');
  });
});

it('refuses a file of more than 400 lines', async () => {
  const lines = (count: number) => lint('domain/job.ts', '// line\n'.repeat(count - 1) + '// line');
  expect(await lines(400)).toEqual([]);
  expect((await lines(401)).join()).toContain('max-lines');
});

describe('import cycles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cycles-'));
  const write = (files: Record<string, string>) =>
    Object.entries(files).forEach(([name, code]) => writeFileSync(join(folder, name), code));
  const cyclesOf = async (code: string) => {
    const found = await lintIn(folder, 'a.ts', code);
    return found.filter((line) => line.startsWith('arrows/no-cycle'));
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are found however long, and shown whole', async () => {
    write({ 'b.ts': `export { c } from './c.ts';`, 'c.ts': `import { a } from './a.ts'; export const c = a;` });
    const [found] = await cyclesOf(`import { c } from './b.ts'; export const a = () => c;`);
    expect(found).toContain(['a.ts', 'b.ts', 'c.ts', 'a.ts'].map((name) => join(folder, name)).join(' → '));
    expect(found).toContain('a third file below them');
  });

  it('of types are none, as types are erased', async () => {
    write({ 'b.ts': `import type { A } from './a.ts'; export const b: A[] = [];` });
    expect(await cyclesOf(`import { b } from './b.ts'; export type A = 1; export const a = b;`)).toEqual([]);
  });

  it('are none where a file is merely used twice', async () => {
    write({ 'b.ts': `export { d } from './d.ts';`, 'd.ts': `export const d = 1;` });
    expect(await cyclesOf(`import { b } from './b.ts'; import { d } from './d.ts'; export const a = [b, d];`)).toEqual(
      [],
    );
  });
});
