import { createJob } from '../../api/verbs/create-job.ts';
import { sql, type Db } from '../../db/connect.ts';
import type { JobSpec } from '../../domain/job.ts';
import type { Lateness } from '../figures.ts';
import { inLanes } from '../lanes.ts';
import { until } from '../waiting.ts';
import type { OpenEngine } from './open-engine.ts';

/** What became of the fires that were due in a stretch of time: how late they started, and how many did not succeed. */
export interface Fired extends Lateness {
  readonly fires: number;
  readonly succeeded: number;
  /** By state and reason, such as `skipped overlap: 3`, those that did not succeed. */
  readonly others: readonly string[];
}

/** Side by side, as several clients would. */
const CREATORS = 8;

/** Makes jobs through the verb, as the API does: at scattered moments, since it takes its time. */
export async function createJobs(bench: OpenEngine, specs: readonly ((now: number) => JobSpec)[]): Promise<void> {
  await inLanes(specs.length, CREATORS, async (index) => {
    const spec = specs[index]?.(Date.now());
    if (spec !== undefined) await createJob(bench.context, { spec });
  });
}

/** Waits until every job has fired and succeeded at least once: the clocks are warm. */
export async function untilAllFired(db: Db, jobs: number, longestMs: number): Promise<void> {
  await until('every job has fired', longestMs, async () => {
    const { rows } = await sql<{ fired: number }>`select count(*) as fired from job_state where succeeded > 0`.execute(
      db,
    );
    return rows[0]?.fired === jobs;
  });
}

/** What fell due in (`from`, `to`], once all of it has ended. Lateness: start of the action minus nominal time. */
export async function firedBetween(db: Db, from: number, to: number): Promise<Fired> {
  const window = sql`due_at > ${new Date(from)} and due_at <= ${new Date(to)}`;
  await until('every fire of the round has ended', 60_000, async () => {
    const { rows } = await sql<{ live: number }>`
      select count(*) as live from execution where ${window} and ended_at is null`.execute(db);
    return rows[0]?.live === 0;
  });
  const { rows: states } = await sql<{ state: string; reason: string | null; fires: number }>`
    select state, reason, count(*) as fires from execution where ${window} group by 1, 2`.execute(db);
  const { rows } = await sql<{ late: number[] | null }>`
    select percentile_disc(array[0.5, 0.99, 1]) within group (order by extract(epoch from started_at - due_at) * 1000) as late
    from execution where ${window} and state = 'succeeded'`.execute(db);
  const [p50 = Number.NaN, p99 = Number.NaN, max = Number.NaN] = (rows[0]?.late ?? []).map(Number);
  const others = states.filter(({ state }) => state !== 'succeeded');
  const total = (list: typeof states) => list.reduce((sum, { fires }) => sum + fires, 0);
  return {
    ...{ p50, p99, max },
    fires: total(states),
    succeeded: total(states) - total(others),
    others: others.map(({ state, reason, fires }) => `${state} ${reason ?? ''}: ${fires}`),
  };
}
