import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freeInnerPort } from '../../start/ports.ts';
import { postgresUrl } from '../../start/postgres/postgres-connect.ts';
import { postgresPassword, POSTGRES_USER } from '../../start/postgres/postgres-data.ts';
import { pidsWithArgument } from '../../start/process/process-identity.ts';
import { until } from './until.ts';

const root = new URL('../..', import.meta.url).pathname;

/** One embedded Almanac of its own, started as a user starts it, in a home that survives its crashes. */
export class RunningAlmanac {
  readonly home = mkdtempSync(join(tmpdir(), 'almanac-e2e-'));
  readonly apiPort: number;
  readonly mqttPort: number;
  readonly natsPort: number;
  #start: ChildProcess | null = null;
  #said = '';

  private constructor(apiPort: number, mqttPort: number, natsPort: number) {
    this.apiPort = apiPort;
    this.mqttPort = mqttPort;
    this.natsPort = natsPort;
  }

  static async create(): Promise<RunningAlmanac> {
    return new RunningAlmanac(await freeInnerPort(), await freeInnerPort(), await freeInnerPort());
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.apiPort}`;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.mqttPort}`;
  }

  /** Everything that this start has printed. */
  get said(): string {
    return this.#said;
  }

  /** Starts and waits until it says that it is ready; throws with what it said when it ends before. */
  async start(env: Record<string, string> = {}): Promise<void> {
    this.#said = '';
    const child = spawn(process.execPath, [join(root, 'start/bootstrap.mjs'), 'start'], {
      cwd: root,
      env: {
        ...process.env,
        ALMANAC_HOME: this.home,
        API_PORT: String(this.apiPort),
        MQTT_PORT: String(this.mqttPort),
        NATS_PORT: String(this.natsPort),
        API_EXTRA_PORTS: '',
        RATE_LIMIT_READ: '0',
        RATE_LIMIT_WRITE: '0',
        ...env,
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#start = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (this.#said += text.toString()));
    await until('the start is ready', () => child.exitCode !== null || this.#said.includes('is ready after'), 240_000);
    if (child.exitCode !== null) throw new Error(`the start ended with ${child.exitCode}:\n${this.#said}`);
  }

  /** Resolves when all that it needs answers: MQTT and NATS come up beside the readiness. */
  async untilHealthy(): Promise<void> {
    await until('all that it needs answers', async () => {
      const answer = await fetch(`${this.apiUrl}/health/detailed`);
      return ((await answer.json()) as { status: string }).status === 'healthy';
    });
  }

  /** kill -9 of every process of this home, the start itself first: what a power cut leaves. */
  async killEverything(): Promise<void> {
    this.#start?.kill('SIGKILL');
    for (const pid of this.pids()) kill(pid);
    await until('every process has ended', () => this.pids().length === 0);
  }

  /** kill -9 of one part: `service`, `temporal`, `postgres`, `mqtt` or `nats`. */
  killPart(name: string): void {
    const pids = this.pidsOf(name);
    if (pids.length === 0) throw new Error(`no process of ${name} was found`);
    pids.forEach(kill);
  }

  pidsOf(name: string): number[] {
    if (name === 'postgres') return this.#postmaster();
    const file = join(this.home, 'children.json');
    if (!existsSync(file)) return [];
    const children = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { pid: number }>;
    const pid = children[name]?.pid;
    return pid === undefined ? [] : [pid];
  }

  pids(): number[] {
    const named = ['service', 'temporal', 'mqtt', 'nats', 'postgres'].flatMap((name) => this.pidsOf(name));
    return [...new Set([...named, ...(this.#start?.pid === undefined ? [] : [this.#start.pid])])].filter(isAlive);
  }

  async stop(): Promise<void> {
    const child = this.#start;
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    }
    await this.killEverything();
    rmSync(this.home, { recursive: true, force: true });
  }

  token(): string {
    return readFileSync(join(this.home, 'token'), 'utf8').trim();
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const answer = await fetch(this.apiUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.token()}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  /** Reads the read model directly: what the ledger holds, whatever the API says of it. */
  async query<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
    const ports = JSON.parse(readFileSync(join(this.home, 'ports.json'), 'utf8')) as { postgres: number };
    const password = postgresPassword(this.home);
    const url = postgresUrl({ port: ports.postgres, user: POSTGRES_USER, password, database: 'almanac' });
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  #postmaster(): number[] {
    for (const folder of [join(this.home, 'postgres'), ...foldersBelow('/var/lib/almanac')]) {
      const file = join(folder, 'postmaster.pid');
      if (existsSync(file) && pidsWithArgument(folder).length > 0) return pidsWithArgument(folder);
    }
    return [];
  }
}

function foldersBelow(folder: string): string[] {
  return existsSync(folder) ? [folder] : [];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already, which is what was wanted.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
