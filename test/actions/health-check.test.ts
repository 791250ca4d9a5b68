import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Probe } from '../../activities/deps.ts';
import { openNats } from '../../worker/nats/open-nats.ts';
import { openProbes, type ProbedWorld } from '../../worker/probes/open-probes.ts';
import { openDatabase, type TestDatabase } from '../support/database.ts';
import { natsSettings, needsNats, startNats } from '../support/nats.ts';
import { recordingLog } from '../support/recording-log.ts';
import { mqttUrl, temporalAddress } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { acting, failureOf } from './acting.ts';

const ANONYMOUS = { username: null, password: null, ca: null };

let database: TestDatabase;
let connection: NativeConnection;
beforeAll(async () => {
  database = await openDatabase();
  connection = await NativeConnection.connect({ address: temporalAddress() });
});
afterAll(async () => {
  await connection.close();
  await database.close();
});

function probes(other: Partial<ProbedWorld> = {}): readonly Probe[] {
  return openProbes({
    databaseUrl: database.url,
    temporal: { connection, address: temporalAddress(), namespace: 'default' },
    mqtt: { url: mqttUrl(), username: null, password: null, ca: null },
    nats: null,
    natsUrls: [],
    folders: { sandbox: tmpdir() },
    ...other,
  });
}

/** A server that says what it is told to everyone who connects; how many are connected. */
async function speaker(greeting: string) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.resume();
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (greeting !== '') socket.write(greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

interface Check {
  name: string;
  ok: boolean;
  verdict: string;
  durationMs: number;
  detail: string;
}

function check(parameters: object, world: readonly Probe[]) {
  return acting({ type: 'system', operation: 'health_check', parameters }, { probes: world });
}
const checksOf = (data: unknown) => (data as { checks: Check[] }).checks;
const only = (part: string) => ({
  check_services: part === 'services',
  check_storage: part === 'storage',
  check_network: part === 'network',
});

describe('health_check [G-045..G-050, G-241..G-243]', () => {
  it('looks at every part with its time and verdict', async () => {
    const acted = check({}, probes());
    const checks = checksOf((await acted.result).data);
    expect(checks.map((one) => one.name)).toEqual([
      'postgres',
      'temporal',
      'mqtt',
      'disk sandbox',
      'memory',
      'interfaces',
      'names',
      'time sync',
    ]);
    for (const one of checks) {
      expect(one).toMatchObject({ ok: true, detail: expect.stringMatching(/./), durationMs: expect.any(Number) });
    }
    expect(checks[0]?.detail).toMatch(/^PostgreSQL \d+\.\d+, 0 jobs/);
    expect(acted.logs.map((line) => line.message)).toContainEqual(expect.stringMatching(/^mqtt: ok in .* ms/));
  });

  it.each([
    ['services', ['postgres', 'temporal', 'mqtt']],
    ['storage', ['disk sandbox', 'memory']],
    ['network', ['interfaces', 'names', 'time sync']],
  ])('looks at %s alone when only these are asked for', async (part, names) => {
    const { data } = await check(only(part), probes()).result;
    expect(checksOf(data).map((one) => one.name)).toEqual(names);
  });

  it('hears a NATS server that is configured, and what it says it is', async (context) => {
    const server = needsNats(context, await startNats());
    onTestFinished(() => server.stop());
    const { data } = await check(only('services'), probes({ nats: await server.ours() })).result;
    const heard = checksOf(data).find((one) => one.name === 'nats');
    expect(heard).toMatchObject({
      verdict: 'ok',
      detail: expect.stringMatching(/^NATS \d+\.\d+\.\d+ at 127.*with JetStream/),
    });
  });

  it('fails, to be tried again, and names each part that is in trouble', async () => {
    const other = await speaker('220 mail.example.com\r\n');
    const nats = openNats(natsSettings(`nats://${other.address}`), recordingLog());
    onTestFinished(() => nats.close());
    const world = probes({
      databaseUrl: 'postgres://nobody@127.0.0.1:9/none',
      temporal: { connection, address: temporalAddress(), namespace: 'no-such-namespace' },
      mqtt: { url: 'mqtt://127.0.0.1:9', username: null, password: null, ca: null },
      nats,
      folders: { backups: '/no/such/folder' },
    });
    const acted = check({}, world);
    const failure = await failureOf(acted);
    expect(failure).toMatchObject({ type: 'Unhealthy', retryable: true });
    for (const part of ['postgres', 'temporal', 'mqtt', 'nats', 'disk backups']) {
      expect(failure.message).toContain(`${part} (`);
    }
    expect(failure.message).toContain('NATS is away');
    expect(acted.logs.filter((line) => line.level === 'error')).toHaveLength(5);
    expect(acted.logs.filter((line) => line.level === 'info').length).toBeGreaterThan(0);
  });

  it('does not wait for ever for a part that does not answer, nor leaves its connection open', async () => {
    const mute = await speaker('');
    const failure = await failureOf(
      check(only('services'), probes({ mqtt: { url: `mqtt://${mute.address}`, ...ANONYMOUS } })),
    );
    expect(failure.message).toContain('mqtt (');
    await until('the connection is closed', () => mute.sockets.size === 0);
  });

  it('closes its connections at once when it is cancelled', async () => {
    const mute = await speaker('');
    const world = probes({
      mqtt: { url: `mqtt://${mute.address}`, ...ANONYMOUS },
      databaseUrl: `postgres://nobody@${mute.address}/none`,
    });
    const acted = check(only('services'), world);
    await until('all are connected', () => mute.sockets.size === 2);
    acted.stop.abort(new Error('cancelled by a user'));
    await expect(acted.result).rejects.toThrow('cancelled by a user');
    await until('the connections are closed', () => mute.sockets.size === 0);
  });
});

describe('restart [G-242]', () => {
  it('asks for a graceful stop, and says who asked', async () => {
    const asked: string[] = [];
    const requestRestart = (reason: string) => void asked.push(reason);
    const result = await acting({ type: 'system', operation: 'restart' }, { requestRestart }).result;
    expect(asked).toEqual(['asked for by the job "Weekly Report"']);
    expect(result.message).toContain('restarts');
  });
});
