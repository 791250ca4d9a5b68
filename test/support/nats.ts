import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection as Client } from '@nats-io/transport-node';
import type { TestContext } from 'vitest';
import { freeInnerPort } from '../../start/ports.ts';
import { findNatsBinary } from '../../start/nats/nats-binary.ts';
import { openNats, type NatsConnection } from '../../worker/nats/open-nats.ts';
import type { NatsSettings } from '../../worker/nats/nats-settings.ts';
import { needs } from './needs.ts';
import { recordingLog } from './recording-log.ts';
import { until } from './until.ts';

/** A real NATS server with JetStream, which can be killed, frozen and started again on the same port and store. */
export interface TestNats {
  readonly url: string;
  readonly pid: number;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** A client of the test's own, which goes with the server. */
  client(): Promise<Client>;
  /** Our side of it, connected; what a process of ours has. */
  ours(settings?: Partial<NatsSettings>): Promise<NatsConnection>;
  stop(): Promise<void>;
}

export const NO_NATS = 'it needs a NATS server: apt-get install nats-server, or let `npm start` build one with Go';

/** For suites: null where there is no server; their tests say so by `needsNats`. */
export async function startNats(options: { config?: string; jetStream?: boolean } = {}): Promise<TestNats | null> {
  const binary = await findNatsBinary(process.env);
  if (binary === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'almanac-nats-'));
  const port = await freeInnerPort();
  const file = join(folder, 'nats.conf');
  const storage = options.jetStream === false ? '' : `jetstream { store_dir: "${folder}/store" }\n`;
  writeFileSync(file, `listen: 127.0.0.1:${port}\n${storage}${options.config ?? ''}\n`);
  const url = `nats://127.0.0.1:${port}`;
  const opened: { close(): Promise<void> }[] = [];
  let child: ChildProcess | null = null;
  const nats: TestNats = {
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    async start() {
      const started = spawn(binary, ['-c', file, '-l', join(folder, 'log')], { stdio: 'ignore' });
      child = started;
      await until('the NATS server answers', async () => {
        const probe = await connect({ servers: url, reconnect: false, ignoreAuthErrorAbort: true }).catch(
          (error: Error) => (/refused|closed|reset|timeout/i.test(error.message) ? null : 'guarded'),
        );
        if (probe !== null && probe !== 'guarded') await probe.close();
        return probe !== null;
      });
    },
    async kill() {
      const killed = child;
      child = null;
      if (killed === null) return;
      const ended = new Promise((resolve) => killed.once('exit', resolve));
      killed.kill('SIGKILL');
      await ended;
    },
    async client() {
      const client = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
      opened.push(client);
      return client;
    },
    async ours(settings = {}) {
      const connection = openNats(natsSettings(url, settings), recordingLog());
      opened.push(connection);
      await until('our connection is up', () => connection.connected());
      return connection;
    },
    async stop() {
      await Promise.all(opened.map((each) => each.close().catch(() => undefined)));
      await nats.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await nats.start();
  return nats;
}

export function natsSettings(url: string, settings: Partial<NatsSettings> = {}): NatsSettings {
  return {
    servers: [url],
    name: 'test',
    username: null,
    password: null,
    token: null,
    nkey: null,
    creds: null,
    ca: null,
    cert: null,
    key: null,
    remedy: '',
    ...settings,
  };
}

/** The server of a suite; skips the test where there is none. */
export function needsNats(context: TestContext, nats: TestNats | null): TestNats {
  return nats ?? needs(context, NO_NATS);
}
