import type { ExecutionState } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

const LIVE = sql.raw(`state in ('queued', 'waiting', 'running')`);

/**
 * How many executions are kept, by state: of a job, or of a whole face. Counters outlive what was cleaned up, so that
 * the roll-ups are summed from behind the hour of the oldest kept one on, and the rows of that hour alone are counted.
 */
export async function countKept(
  db: Executor,
  face: Face,
  jobId: string | null,
): Promise<Partial<Record<ExecutionState, number>>> {
  const executions = jobId === null ? sql`face = ${face}` : sql`job_id = ${jobId}`;
  const [rollup, hours] =
    jobId === null
      ? [sql.table('face_rollup'), sql`face = ${face}`]
      : [sql.table('job_rollup'), sql`job_id = ${jobId}`];
  const { rows } = await sql<{ state: ExecutionState; count: number }>`
    with oldest as (
        select date_trunc('hour', due_at, 'UTC') as hour from execution
        where ${executions} and not ${LIVE} order by due_at limit 1),
      later as (
        select sum(succeeded) as succeeded, sum(failed) as failed, sum(timed_out) as timed_out,
          sum(cancelled) as cancelled, sum(skipped) as skipped, sum(missed) as missed
        from ${rollup} r, oldest where ${hours} and r.hour > oldest.hour),
      counted as (
        select state, count(*) as count from execution where ${executions} and ${LIVE} group by state
        union all
        select e.state, count(*) from execution e, oldest where ${executions} and not ${LIVE}
          and e.due_at >= oldest.hour and e.due_at < oldest.hour + interval '1 hour' group by e.state
        union all
        select t.state, t.count from later, lateral (values ('succeeded', succeeded), ('failed', failed),
          ('timed_out', timed_out), ('cancelled', cancelled), ('skipped', skipped), ('missed', missed)) t (state, count))
    select state, sum(count)::bigint as count from counted group by state`.execute(db);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many executions of a face were due since an instant and have ended, by state: by the roll-ups but for the first hour. */
export async function countEndedSince(
  db: Executor,
  face: Face,
  since: Instant,
): Promise<Partial<Record<ExecutionState, number>>> {
  const { rows } = await sql<{ state: ExecutionState; count: number }>`
    with first as (select date_trunc('hour', ${new Date(since)}::timestamptz, 'UTC') as hour),
      later as (
        select sum(succeeded) as succeeded, sum(failed) as failed, sum(timed_out) as timed_out,
          sum(cancelled) as cancelled, sum(skipped) as skipped, sum(missed) as missed
        from face_rollup r, first where r.face = ${face} and r.hour > first.hour),
      counted as (
        select e.state, count(*) from execution e, first where e.face = ${face} and not ${LIVE}
          and e.due_at >= ${new Date(since)} and e.due_at < first.hour + interval '1 hour' group by e.state
        union all
        select t.state, t.count from later, lateral (values ('succeeded', succeeded), ('failed', failed),
          ('timed_out', timed_out), ('cancelled', cancelled), ('skipped', skipped), ('missed', missed)) t (state, count))
    select state, sum(coalesce(count, 0))::bigint as count from counted group by state`.execute(db);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** The hosts of instances, living or gone, by id. */
export async function hostsOf(db: Executor, instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (instanceIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; host: string }>`
    select id, host from instance where id = any(${[...instanceIds]}::text[])`.execute(db);
  return new Map(rows.map(({ id, host }) => [id, host]));
}

/** Executions of a face that run now. */
export async function countRunning(db: Executor, face: Face): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from execution
    where face = ${face} and state = 'running' and lease_until > clock_timestamp()`.execute(db);
  return rows[0]?.count ?? 0;
}
