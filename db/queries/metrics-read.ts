import { sql, type Db, type Executor } from '../connect.ts';
import { executionTotals, type ExecutionTotals } from './execution-totals.ts';
import { lastRound, type HousekeepingRound } from './housekeeping-round.ts';
import { listLiveInstances, type Instance } from './instances.ts';
import { readMetricCounts } from './metric-counts.ts';

/** All that /metrics tells of the service as a whole, of one moment: the same from every process that asks. */
export interface MetricsReading {
  readonly jobs: readonly JobCounts[];
  readonly totals: readonly ExecutionTotals[];
  readonly live: readonly LiveCounts[];
  readonly instances: readonly Instance[];
  readonly counts: ReadonlyMap<string, number>;
  readonly pendingNotifications: number;
  readonly relays: readonly RelayLag[];
  readonly housekeeping: HousekeepingRound | null;
  /** Postgres' time. */
  readonly at: number;
}

/** Who asks waits no longer; the next one asks anew. */
const WITHIN_MS = 5_000;
const MOST_PENDING = 100_000;

/** Reads it in one snapshot, so that what moves from one figure to another is never in neither or in both. */
export function readMetrics(db: Db): Promise<MetricsReading> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return snapshot.execute(async (tx) => {
    const { rows } = await sql<{ at: number }>`
      select set_config('statement_timeout', ${String(WITHIN_MS)}, true), now() as at`.execute(tx);
    return {
      jobs: await jobCounts(tx),
      totals: await executionTotals(tx),
      live: await liveCounts(tx),
      instances: await listLiveInstances(tx),
      counts: await readMetricCounts(tx),
      pendingNotifications: await pendingNotifications(tx, MOST_PENDING),
      relays: await relayLags(tx),
      housekeeping: await lastRound(tx),
      at: rows[0]?.at ?? Number.NaN,
    };
  });
}

/** Jobs of a kind, of all faces together. A job counts once, in the first that holds: disabled, paused, completed, active. */
export interface JobCounts {
  readonly kind: string;
  readonly active: number;
  readonly paused: number;
  readonly completed: number;
  readonly disabled: number;
}

/** From the tally that writers of jobs keep; which are through with all their fires is counted once a minute. */
export async function jobCounts(db: Executor): Promise<JobCounts[]> {
  const { rows } = await sql<JobCounts>`
    select kind, active - completed as active, paused, completed, total - active - paused as disabled from (
      select t.kind, t.total, t.active, t.paused, least(t.active, coalesce(c.jobs, 0)) as completed from (
        select kind, sum(total)::bigint as total, sum(active)::bigint as active, sum(paused)::bigint as paused
        from job_tally group by kind) t left join completed_jobs c on c.kind = t.kind) counted
    order by kind`.execute(db);
  return rows;
}

/** Executions that are under way: their number, and for how long the oldest has been; of no state, none of it. */
export interface LiveCounts {
  readonly state: 'queued' | 'waiting' | 'running';
  readonly count: number;
  readonly oldestMs: number;
}

/** Reads the small index of what is under way alone. */
async function liveCounts(db: Executor): Promise<LiveCounts[]> {
  const { rows } = await sql<LiveCounts>`
    select state, count(*) as count,
      greatest(0, extract(epoch from clock_timestamp() - min(coalesce(started_at, created_at))) * 1000)::bigint as "oldestMs"
    from execution where state in ('queued', 'waiting', 'running') group by state`.execute(db);
  return rows;
}

/** Notifications that wait. Beyond `most` they are not counted further. */
async function pendingNotifications(db: Executor, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 from notification where state = 'pending' limit ${most}) p`.execute(db);
  return rows[0]?.count ?? 0;
}

/** How far a relay of events is behind what was announced: in number, and since the first thing that it has not told. */
export interface RelayLag {
  readonly name: string;
  readonly notices: number;
  readonly behindMs: number;
}

/** A mark begins with the last number that was told (api/events/event-cursor.ts). */
async function relayLags(db: Executor): Promise<RelayLag[]> {
  const { rows } = await sql<RelayLag>`
    select r.name, greatest(0, n.newest - r.told)::bigint as notices,
      coalesce(greatest(0, extract(epoch from clock_timestamp() - (
        select at from notice where seq > r.told order by seq limit 1)) * 1000), 0)::bigint as "behindMs"
    from (select name, substring(mark from '^[0-9]+')::bigint as told from event_relay where mark is not null) r,
      (select case when is_called then last_value else 0 end as newest from notice_seq) n
    order by r.name`.execute(db);
  return rows;
}
