import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeInnerPort } from '../../start/ports.ts';
import { bearer, migratedDatabase, SECRET } from '../api/http/running-web.ts';
import { mqttUrl, temporalAddress } from './servers.ts';
import { temporalClient } from './temporal.ts';
import { until } from './until.ts';

const root = new URL('../..', import.meta.url).pathname;

/** One line of its log. */
export interface ServiceLine {
  readonly msg: string;
  readonly correlationId?: string;
  readonly [field: string]: unknown;
}

/** API and worker as production runs them, in a process of their own, with a database and a namespace of their own. */
export interface RunningService {
  readonly url: string;
  readonly databaseUrl: string;
  readonly namespace: string;
  /** All that it has written, and its lines. */
  said(): string;
  lines(): ServiceLine[];
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string; body: Record<string, unknown> }>;
  stop(): Promise<void>;
}

/** Starts it with these variables beside what it can't be without; resolves when it is ready. */
export async function startService(env: Record<string, string> = {}): Promise<RunningService> {
  const home = mkdtempSync(join(tmpdir(), 'almanac-service-'));
  const [databaseUrl, { namespace }, port] = await Promise.all([
    env['DATABASE_URL'] ?? migratedDatabase(),
    temporalClient(),
    freeInnerPort(),
  ]);
  const given = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    MQTT_URL: mqttUrl(),
    JWT_SECRET: SECRET,
    ALMANAC_HOME: home,
    API_HOST: '127.0.0.1',
    API_PORT: String(port),
    RATE_LIMIT_READ: '0',
    RATE_LIMIT_WRITE: '0',
    DRAIN_SECONDS: '1',
    ...env,
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'start/main.ts', 'service'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...given },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let logged = '';
  child.stdout.on('data', (text: Buffer) => (logged += text.toString()));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
    rmSync(home, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${given.API_PORT}`;
  await until('the service is ready', async () => {
    if (child.exitCode !== null) return true;
    return (await fetch(`${url}/ready`)).ok;
  }).catch(async (error: unknown) => {
    await stop();
    throw new Error(`${String(error)}\n${said}`);
  });
  if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}:\n${said}`);
  return {
    url,
    databaseUrl,
    namespace,
    said: () => said,
    lines() {
      // The last one may have come in part only.
      const whole = logged.split('\n').slice(0, -1);
      return whole.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as ServiceLine] : []));
    },
    async call(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...(await bearer({ roles: ['admin'] })), 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const parsed = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
      return { status: response.status, headers: response.headers, text, body: parsed };
    },
    stop,
  };
}
