import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { pauseJob } from '../../api/verbs/pause-job.ts';
import { sql } from '../../db/connect.ts';
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

interface Standing {
  readonly succeededUntil: number;
  readonly retried: number;
  readonly failed: number;
  readonly live: number;
}

/** How the runs of each job stand, by one look at all of them. */
async function standing(): Promise<Map<string, Standing>> {
  const { rows } = await sql<{ job_id: string; until: number | null; retried: number; failed: number; live: number }>`
    select job_id, max(due_at) filter (where state = 'succeeded') as until,
      count(*) filter (where attempt > 1)::int as retried, count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state in ('queued', 'waiting', 'running'))::int as live
    from execution group by job_id`.execute(engine.db);
  return new Map(
    rows.map(({ job_id: id, until: last, retried, failed, live }) => {
      return [id, { succeededUntil: last ?? 0, retried, failed, live }] as const;
    }),
  );
}

/** A machine that is shared fires and retries hundreds of runs more slowly than one's own. */
const LONG_MS = 240_000;

describe('NATS away for a while under 50 schedules of 1 s [M-005, M-006, M-082]', () => {
  const each = (what: string, jobs: readonly Job[], isSo: (standing: Standing) => boolean) =>
    until(
      what,
      async () => {
        const all = await standing();
        return jobs.every(({ id }) => {
          const its = all.get(id);
          return its !== undefined && isSo(its);
        });
      },
      LONG_MS,
    );

  test(
    'every fire has its one row; retries end by their policy; ids show repetitions',
    async () => {
      const server = nats as TestNats;
      const manager = await jetstreamManager(client);
      // So short that the stream keeps repetitions: what comes twice is to be seen.
      await manager.streams.add({ name: 'TICKS', subjects: ['cmd.tick.*'], duplicate_window: 100_000_000 });
      const make = (name: string, count: number, maxRetries: number) =>
        Promise.all(
          Array.from({ length: count }, (_, i) =>
            engine.createJob({
              name: `${name}-${i}`,
              schedule: { kind: 'interval', everySeconds: 1 },
              action: {
                type: 'command',
                target_command: `cmd.tick.${name}-${i}`,
                payload: { at: '${SCHEDULED_TIME}' },
              },
              policy: { maxRetries, retryDelaySeconds: 1, maxConcurrent: 1000, timeoutSeconds: 30 },
            }),
          ),
        );
      // Long enough for whatever time a busy machine makes of the outage.
      const patient = await make('patient', 40, 200);
      const short = await make('short', 5, 1);
      const hasty = await make('hasty', 5, 0);
      const jobs = [...patient, ...short, ...hasty];
      await each('all have fired', jobs, ({ succeededUntil }) => succeededUntil > 0);

      await server.kill();
      await until('that is noticed', () => !ours.connected());
      await each('all that may be are retried', [...patient, ...short], ({ retried }) => retried >= 1);
      await each('those without a retry left have failed', [...short, ...hasty], ({ failed }) => failed >= 1);
      await server.start();
      await until('it is back', () => ours.connected());
      const backAt = Date.now();
      await each('all fire again', jobs, ({ succeededUntil }) => succeededUntil > backAt);
      for (const job of jobs) await pauseJob(engine.ctx, { job: { id: job.id } });
      await each('all runs have ended', jobs, ({ live }) => live === 0);

      const ledgers = await Promise.all(jobs.map((job) => ledgerOf(engine.db, job.id)));
      const attemptsOf = { patient: 201, short: 2, hasty: 1 };
      const unsure = new Set<string>();
      for (const [i, job] of jobs.entries()) {
        const ledger = ledgers[i] ?? [];
        const { anchorAt } = job.schedule as { anchorAt: number };
        expect(ledger.map((e) => e.dueAt)).toEqual(ledger.map((_, n) => anchorAt + (n + 1) * 1000));
        const attempts = attemptsOf[job.name.split('-')[0] as keyof typeof attemptsOf];
        // What was due as the test paused the job does not run, and nothing after it.
        const paused = ledger.findIndex(({ reason }) => reason === 'job_paused');
        if (paused >= 0)
          expect(ledger.slice(paused).map(({ state }) => state)).toEqual(ledger.slice(paused).map(() => 'skipped'));
        // A busy machine may be late for two at once, of which one stands for both.
        for (const { id, state, reason, attempt, error } of ledger) {
          if (state === 'skipped') expect(['coalesced', 'job_paused']).toContain(reason);
          else if (state === 'succeeded') expect(attempt).toBeLessThanOrEqual(attempts);
          else {
            expect([state, error?.type, attempt]).toEqual(['failed', 'NatsAway', attempts]);
            // One whose acknowledgement the crash swallowed says that it may have come; all others did not go out.
            if (error?.message.includes('it may have') === true) unsure.add(id);
          }
        }
      }
      const all = ledgers.flat();
      const ended = await standing();
      for (const { id } of patient) expect(ended.get(id)?.failed).toBe(0);

      const came = await idsIn(manager, 'TICKS');
      const times = new Map<string, number>();
      for (const id of came) times.set(id, (times.get(id) ?? 0) + 1);
      const succeeded = all.filter(({ state }) => state === 'succeeded');
      for (const { id } of succeeded) expect(times.get(id) ?? 0, `${id} succeeded`).toBeGreaterThanOrEqual(1);
      const known = new Map(all.map((execution) => [execution.id, execution]));
      for (const [id, count] of times) {
        const execution = known.get(id);
        const may = execution?.state === 'succeeded' || execution?.attempt !== 1 || unsure.has(id);
        expect(may, `${id} came, and ended ${execution?.state ?? 'unknown'}`).toBe(true);
        // Only what was sent again can have come again, under its one id.
        if (count > 1) expect(execution?.attempt, `${id} came ${count} times`).toBeGreaterThan(1);
      }
      for (const job of jobs) await deleteJob(engine.ctx, { job: { id: job.id } });
    },
    LONG_MS * 3,
  );
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
