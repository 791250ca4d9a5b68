import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { pythonWithRequests } from '../support/python.ts';
import { RunningAlmanac } from '../support/running-almanac.ts';
import { until } from '../support/until.ts';

const BASE = '/api/v1/scheduler';
const folder = mkdtempSync(join(tmpdir(), 'almanac-examples-'));
const almanac = await RunningAlmanac.create();
const ended: (() => void)[] = [];

beforeAll(() => almanac.start({ VAR_TEMP: '21.5' }), 300_000);
afterAll(async () => {
  for (const end of ended) end();
  await almanac.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A program as gateway.txt prints it (Examples), with only the host and the token of this service in their places. */
function example(name: string): string {
  const printed = readFileSync(new URL(`examples/${name}`, import.meta.url), 'utf8');
  return printed
    .replaceAll('https://univa-gateway', almanac.apiUrl)
    .replaceAll('wss://univa-gateway', almanac.apiUrl.replace('http', 'ws'))
    .replaceAll(/your_(jwt_)?token/g, almanac.token());
}

const create = async (body: object) => {
  const answer = await almanac.call<{ job_id: string }>('POST', `${BASE}/jobs`, body);
  expect(answer.status).toBe(201);
  return answer.body.job_id;
};

it('Python, create and bulk management: a session of both as they are printed [G-363, G-365]', async (context) => {
  const python = await pythonWithRequests(context);
  const session = `${example('create-interval-job.py')}\n${example('bulk-job-management.py')}`;
  expect(await python(session, folder)).toBe('Job created: job_001\nImported 0 jobs, skipped 1\n');
  const saved = JSON.parse(readFileSync(join(folder, 'jobs_backup.json'), 'utf8')) as { jobs: object[] };
  expect(saved.jobs).toMatchObject([{ id: 'job_001', name: 'Temperature Poll', statistics: { failed_executions: 0 } }]);
  const { body } = await almanac.call('GET', `${BASE}/jobs/job_001`);
  expect(body).toMatchObject({
    job: {
      type: 'interval',
      configuration: {
        schedule: { interval_seconds: 30 },
        action: { topic: 'sensors/temperature', payload: { template: '{"temp": ${TEMP}}' } },
      },
      metadata: { tags: ['sensors', 'polling'] },
    },
  });
});

it('JavaScript, monitoring: the printed program tells what happens [G-325, G-327, G-364]', async () => {
  const ids = {
    good: await create(byHand('Good One', 'at ${TEMP} degrees')),
    bad: await create(byHand('Bad One', 'by ${NOBODY}')),
  };
  const monitor = node(example('websocket-monitoring.js.txt'));
  await until('it is connected', () => monitor.said().includes('Connected to scheduler WebSocket'));
  // It is authenticated a moment later than connected: what happens in between it does not hear.
  await until('it hears of both', async () => {
    for (const id of Object.values(ids)) await almanac.call('POST', `${BASE}/jobs/${id}/run`, { force: true });
    const lines = monitor.said().split('\n');
    const failed = lines.some((line) => line.startsWith('Job Bad One failed: ') && line.includes('NOBODY'));
    return failed && lines.includes('Job Good One started') && lines.includes('Job Good One completed');
  });
});

it('a socket with the token in its header is let in at once; five are a client’s most [G-326, G-348]', async () => {
  const url = `${almanac.apiUrl.replace('http', 'ws')}${BASE}/ws`;
  const { key } = (await almanac.call<{ key: string }>('POST', '/api/v1/keys', { name: 'sockets', roles: ['viewer'] }))
    .body;
  const open = () => {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${key}` } });
    ended.push(() => socket.terminate());
    return socket;
  };
  const pongs = await Promise.all(Array.from({ length: 5 }, () => pongOf(open())));
  expect(pongs).toEqual(Array.from({ length: 5 }, () => 'pong'));
  const code = await new Promise((resolve) => open().once('close', resolve));
  expect(code).toBe(1008);
});

it('what the processes use is measured, and what runs is counted [G-269..G-274]', async () => {
  interface Usage {
    resource_usage: { processes: number; cpu_usage_percent: { peak: number }; memory_usage_mb: Record<string, number> };
  }
  const measured = async () => {
    const { resource_usage: usage } = (await almanac.call<Usage>('GET', `${BASE}/resources/usage`)).body;
    return (usage.memory_usage_mb['used'] ?? 0) > 0 && usage.cpu_usage_percent.peak > 0 && usage;
  };
  const usage = await until('a process has told of itself', measured);
  expect(usage.processes).toBeGreaterThanOrEqual(1);
  expect(usage.memory_usage_mb['total']).toBeGreaterThan(usage.memory_usage_mb['used'] ?? Infinity);
});

it.each(['bulk-and-transfer.md', 'foresight.md'])('the commands of docs/%s work as they stand', async (page) => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(4);
  const script = ['set -euo pipefail', ...blocks].join('\n');
  const env = { ...process.env, ALMANAC: almanac.apiUrl, TOKEN: almanac.token() };
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env });
  expect(stdout).not.toContain('"success":false');
  expect(stdout).toMatch(page === 'foresight.md' ? /"clock_change":"moved".*"verdict":"/s : /"status":"completed"/);
});

function byHand(name: string, message: string) {
  return { name, type: 'daily', schedule: { time: '03:33' }, action: { type: 'log', message } };
}

async function pongOf(socket: WebSocket): Promise<string> {
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send('{"type": "ping"}');
  // Events of what runs meanwhile may come before it.
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { event } = JSON.parse(data.toString()) as { event: string };
      if (event === 'pong') resolve(event);
    });
  });
}

/** A program in a Node of its own, with the WebSocket of browsers; what it prints, errors too. */
function node(program: string): { said: () => string } {
  const args = ['--experimental-websocket', '--input-type=commonjs', '--eval', program];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  ended.push(() => child.kill('SIGKILL'));
  return { said: () => said };
}
