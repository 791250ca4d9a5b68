import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { needs } from '../support/needs.ts';
import { textOf } from './compose-file.ts';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** The commands of commands.txt, Development, in its order. */
const DOCUMENTED = [
  'poetry install',
  'alembic upgrade head',
  'poetry run uvicorn src.main:app --reload --port 8008',
  'poetry run pytest',
  'poetry run pytest --cov=src',
  'docker-compose up --build',
  'docker build -t scheduler-service .',
  'docker run -p 8008:8008 scheduler-service',
];

/** The table of docs/commands-face.md: what the document says, and the commands that we give for it. */
const table = textOf('docs/commands-face.md')
  .split('\n')
  .flatMap((line) => {
    const [, theirs, ours] = /^\| `([^`]+)` +\| (.+) \|$/.exec(line) ?? [];
    return theirs === undefined || !DOCUMENTED.includes(theirs) ? [] : [{ theirs, ours: ours ?? '' }];
  });

describe('the commands of the document have an equivalent [M-092]', () => {
  it('each is named, and each npm command of them is there', () => {
    expect(table.map(({ theirs }) => theirs)).toEqual(DOCUMENTED);
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = table.flatMap(({ ours }) => [...ours.matchAll(/`npm (?:run )?(\w+)/g)].map(([, name]) => name ?? ''));
    expect(named).toEqual(expect.arrayContaining(['ci', 'migrate', 'start', 'test']));
    for (const name of named.filter((name) => !['ci', 'run'].includes(name)))
      expect(Object.keys(scripts)).toContain(name);
  });

  it('npm test takes --coverage, and says what was covered', async () => {
    const reports = mkdtempSync(join(tmpdir(), 'almanac-coverage-'));
    onTestFinished(() => rmSync(reports, { recursive: true }));
    const options = ['--coverage', `--coverage.reportsDirectory=${reports}`, '--coverage.include=domain/ids.ts'];
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'pure', 'test/domain/ids.test.ts', ...options];
    const { stdout } = await run(process.execPath, args, { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
    expect(stdout).toMatch(/ids\.ts +\| +\d/);
  });
});

/** Either spelling of compose; null where this machine has none. */
async function composeConfig(folder: string): Promise<unknown> {
  for (const [program, ...args] of [['docker-compose'], ['docker', 'compose']] as const) {
    const said = await run(program, [...args, 'config'], { cwd: folder }).catch(
      (error: { stderr?: string; code?: unknown }) => {
        if (error.code === 'ENOENT' || /unknown command/.test(error.stderr ?? '')) return null;
        throw error;
      },
    );
    if (said !== null) return parse(said.stdout);
  }
  return null;
}

describe('the containers of the document [M-093]', () => {
  it('docker-compose takes the file as it is, with .env.example as .env, and answers on 8008', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'almanac-compose-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    copyFileSync(join(root, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
    copyFileSync(join(root, '.env.example'), join(folder, '.env'));
    const config = await composeConfig(folder);
    if (config === null) return needs(context, 'it needs docker-compose (apt-get install docker-compose)');
    const { services } = config as {
      services: Record<string, { build?: unknown; ports?: unknown[]; environment?: object }>;
    };
    expect(JSON.stringify(services['gateway']?.ports)).toMatch(/8008.*8008/);
    expect(services['api']?.build).toBeDefined();
    expect(services['api']?.environment).toMatchObject({ API_PORT: '8008', API_HOST: '0.0.0.0' });
  });

  it('the image by itself is API and worker, and listens on 8008', () => {
    const dockerfile = textOf('Dockerfile').replaceAll('\\\n', '').split('\n');
    expect(dockerfile).toContain('EXPOSE 8008');
    expect(dockerfile).toContain('CMD ["service"]');
    expect(dockerfile.filter((line) => line.startsWith('ENV ')).join(' ')).toMatch(/API_HOST=0\.0\.0\.0 API_PORT=8008/);
    expect(textOf('start/main.ts')).toContain("service: { does: 'API and worker in one process");
  });
});
