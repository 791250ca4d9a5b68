import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeInnerPort } from '../../start/ports.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

const almanac = await RunningAlmanac.create();
const extraPort = await freeInnerPort();

beforeAll(async () => {
  await almanac.start({ API_EXTRA_PORTS: String(extraPort) });
}, 300_000);
afterAll(() => almanac.stop());

const run = async (script: string) => (await promisify(execFile)('bash', ['-c', script])).stdout;

/** A command as reviewer.txt prints it (Examples), with only the number of its port another one: without a credential. */
async function curl(name: string): Promise<unknown> {
  const printed = readFileSync(new URL(`examples/reviewer-${name}.sh`, import.meta.url), 'utf8');
  return JSON.parse(await run(printed.replaceAll('localhost:8000', `localhost:${extraPort}`)));
}

const SQL = "SELECT usename, count(*) FROM pg_stat_activity WHERE state = 'active' GROUP BY usename;";
const TASK = {
  id: 1,
  name: 'Daily Security Check',
  task_type: 'custom_sql',
  connection_id: 1,
  cron_schedule: '0 2 * * *',
  description: null,
  task_params: { custom_sql: SQL, analysis_target: 'security' },
  is_active: true,
};

it('a task of custom SQL is made, listed and run, and its rows are read back [R-106, R-107, R-108]', async () => {
  const made = await curl('create-custom-sql');
  expect(made).toMatchObject(TASK);
  expect(await curl('list-active')).toEqual([made]);
  const started = await curl('run');
  expect(started).toEqual({ message: 'Задача запущена', execution_id: 1 });
  const ended = await until('it has ended', async () => {
    const { body } = await almanac.call<Record<string, unknown>>('GET', '/api/v1/scheduler/executions/1');
    return body['completed_at'] === null ? null : body;
  });
  expect(ended).toMatchObject({
    ...{ id: 1, scheduled_task_id: 1, connection_id: 1, task_type: 'custom_sql', status: 'completed' },
    result: { rows: { columns: [{ name: 'usename' }, { name: 'count' }], truncated: false }, database: 'almanac' },
    error_message: null,
  });
  const { rows } = (ended['result'] as { rows: { rows: [string, number][] } }).rows;
  expect(rows.map(([usename]) => usename)).toContain('almanac_reviewer_own');
  const { body: stats } = await almanac.call<Record<string, unknown>>('GET', '/api/v1/scheduler/stats');
  expect(stats).toMatchObject({
    tasks: { total_tasks: 1, active_tasks: 1, inactive_tasks: 0 },
    executions_24h: { total_executions: 1, completed: 1, failed: 0, running: 0 },
  });
});

it('the commands of docs/reviewer-face.md work as they stand', async () => {
  const text = readFileSync(new URL('../../docs/reviewer-face.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
  const script = ['set -euo pipefail', ...blocks].join('\n').replaceAll('http://localhost:8008', almanac.apiUrl);
  const said = await run(script.replaceAll('curl -s', 'curl -sf'));
  expect(said).toContain('"task_type":"table_analysis"');
  expect(said).toContain('добавлена в очередь');
});
