import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import type { NatsConnection } from '../../worker/nats/open-nats.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { ledgerOf } from '../support/ledger.ts';
import { needsNats, startNats, type TestNats } from '../support/nats.ts';
import { until } from '../support/until.ts';

let nats: TestNats | null = null;
let ours: NatsConnection;
let client: Client;
let engine: TestEngine;
beforeAll(async () => {
  nats = await startNats();
  if (nats === null) return;
  [ours, client] = await Promise.all([nats.ours(), nats.client()]);
  engine = await startEngine({ deps: { commands: ours } });
});
afterAll(async () => {
  if (nats !== null) await engine.stop();
  await nats?.stop();
});
beforeEach((context) => void needsNats(context, nats));

/** The `Nats-Msg-Id`s of all that a stream keeps. */
async function idsIn(manager: JetStreamManager, stream: string): Promise<string[]> {
  const { state } = await manager.streams.info(stream);
  const ids: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    ids.push((await manager.streams.getMessage(stream, { seq }))?.header.get('Nats-Msg-Id') ?? '');
  }
  return ids;
}

const settled = async (job: Job) => {
  const ledger = await ledgerOf(engine.db, job.id);
  return ledger.every((execution) => isTerminal(execution.state)) && ledger;
};

describe('NATS away for a while under schedules of 1 s [M-005, M-006, M-082]', () => {
  test('every fire has its one row; with retries all come through, without them those meanwhile fail; ids show repetitions', async () => {
    const server = nats as TestNats;
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name: 'TICKS', subjects: ['cmd.tick.*'] });
    const make = (name: string, maxRetries: number) =>
      engine.createJob({
        name,
        schedule: { kind: 'interval', everySeconds: 1 },
        action: { type: 'command', target_command: `cmd.tick.${name}`, payload: { at: '${SCHEDULED_TIME}' } },
        policy: { maxRetries, retryDelaySeconds: 1, maxConcurrent: 100, timeoutSeconds: 30 },
      });
    const patient = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => make(name, 20)));
    const hasty = await make('hasty', 0);
    const jobs = [...patient, hasty];
    const succeededSince = async (job: Job, since: number) =>
      (await ledgerOf(engine.db, job.id)).some((e) => e.state === 'succeeded' && e.dueAt > since);
    for (const job of jobs) await until('it fires', () => succeededSince(job, 0));

    await server.kill();
    await until('that is noticed', () => !ours.connected());
    const retried = async (job: Job) => (await ledgerOf(engine.db, job.id)).filter((e) => e.attempt > 1).length >= 3;
    for (const job of patient) await until('several fires are being retried', () => retried(job));
    await until('a hasty fire failed', async () =>
      (await ledgerOf(engine.db, hasty.id)).some((execution) => execution.state === 'failed'),
    );
    await server.start();
    await until('it is back', () => ours.connected());
    const backAt = Date.now();
    for (const job of jobs) await until('it fires again', () => succeededSince(job, backAt));
    for (const job of jobs) await pauseJob(engine.ctx, { job: { id: job.id } });

    for (const job of patient) {
      const ledger = await until('all its runs have ended', () => settled(job));
      const { anchorAt } = job.schedule as { anchorAt: number };
      expect(ledger.map((e) => e.dueAt)).toEqual(ledger.map((_, i) => anchorAt + (i + 1) * 1000));
      // A busy machine may be late for two at once, of which one stands for both.
      const ran = ledger.filter(({ reason }) => reason !== 'coalesced');
      expect(ran.map(({ state }) => state)).toEqual(ran.map(() => 'succeeded'));
    }
    const hastily = await until('all its runs have ended', () => settled(hasty));
    const failed = hastily.filter((execution) => execution.state === 'failed');
    expect(failed.length).toBeGreaterThan(0);
    // One whose acknowledgement the crash swallowed says that it may have come; all others did not go out.
    const unsure = new Set(failed.filter(({ error }) => error?.message.includes('it may have')).map(({ id }) => id));
    for (const { error, attempt, id } of failed) {
      expect([error?.type, attempt]).toEqual(['NatsAway', 1]);
      if (!unsure.has(id)) expect(error?.message).toContain('NATS_URL');
    }
    expect(unsure.size).toBeLessThan(failed.length);
    // The stream has each execution that succeeded, once.
    const all = (await Promise.all(jobs.map((job) => ledgerOf(engine.db, job.id)))).flat();
    const succeeded = all.filter(({ state }) => state === 'succeeded').map(({ id }) => id);
    const came = (await idsIn(manager, 'TICKS')).filter((id) => !unsure.has(id));
    expect([...came].sort()).toEqual([...succeeded].sort());
    for (const job of jobs) await deleteJob(engine.ctx, { job: { id: job.id } });
  });
});

describe('A command of a job', () => {
  test('says who made the job, and an awaited reply becomes the result of its execution [M-009, M-055]', async () => {
    const asked: string[] = [];
    client.subscribe('cmd.ask.total', {
      callback(_error, message) {
        asked.push(message.headers?.get('X-Created-By') ?? '');
        message.respond('{"total": 12}');
      },
    });
    await client.flush();
    const action = { type: 'command', target_command: 'cmd.ask.total', expect_reply: true };
    const job = await engine.createJob({ schedule: { kind: 'immediate' }, action });
    const [run] = await until('it ended', async () => {
      const ledger = await settled(job);
      return ledger !== false && ledger.length > 0 && ledger;
    });
    expect(run).toMatchObject({ state: 'succeeded', result: { data: { total: 12 } } });
    expect(asked).toEqual([job.createdBy]);
  });

  test('whose reply tells of an error is retried as its policy names [M-085, M-098]', async () => {
    let asked = 0;
    client.subscribe('cmd.ask.twice', {
      callback(_error, message) {
        asked += 1;
        message.respond(asked === 1 ? '{"error": "not yet"}' : '"ok"');
      },
    });
    await client.flush();
    const action = { type: 'command', target_command: 'cmd.ask.twice', expect_reply: true };
    const run = async (retryOn: readonly ('refused' | 'timeout')[]) => {
      asked = 0;
      const policy = { maxRetries: 3, retryDelaySeconds: 0, retryOn };
      const job = await engine.createJob({ schedule: { kind: 'immediate' }, action, policy });
      const [ended] = await until('it ended', async () => {
        const ledger = await settled(job);
        return ledger !== false && ledger.length > 0 && ledger;
      });
      return { state: ended?.state, attempt: ended?.attempt };
    };
    expect(await run(['refused'])).toEqual({ state: 'succeeded', attempt: 2 });
    expect(await run(['timeout'])).toEqual({ state: 'failed', attempt: 1 });
  });

  test('with a first wait beyond the longest still runs, whatever Temporal makes of such a policy', async () => {
    client.subscribe('cmd.ask.once', { callback: (_error, message) => void message.respond('"ok"') });
    await client.flush();
    const action = { type: 'command', target_command: 'cmd.ask.once', expect_reply: true };
    const policy = { maxRetries: 1, retryDelaySeconds: 7200 };
    const job = await engine.createJob({ schedule: { kind: 'immediate' }, action, policy });
    await until('it succeeded', async () => (await ledgerOf(engine.db, job.id))[0]?.state === 'succeeded');
  });
});
