import { ON_DEMAND_KINDS } from '../../domain/job-phase.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** A round of the housekeeper; `endedAt` by Postgres' time. */
export interface HousekeepingRound {
  readonly endedAt: Instant;
  readonly durationMs: number;
  /** Whether a part of it failed; the others were done. */
  readonly failed: boolean;
}

/** Notes a round as the last one. */
export async function recordRound(db: Executor, round: Omit<HousekeepingRound, 'endedAt'>): Promise<void> {
  const durationMs = Math.round(round.durationMs);
  await sql`insert into housekeeping_round (ended_at, duration_ms, failed)
    values (clock_timestamp(), ${durationMs}, ${round.failed})
    on conflict (one) do update set ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
      failed = excluded.failed`.execute(db);
}

/** The last one; null before the first. */
export async function lastRound(db: Executor): Promise<HousekeepingRound | null> {
  const { rows } = await sql<HousekeepingRound>`
    select ended_at as "endedAt", duration_ms as "durationMs", failed from housekeeping_round`.execute(db);
  return rows[0] ?? null;
}

/**
 * Counts by kind the enabled jobs that have no fire to come: those that hold no seat on a clock, of kinds that have fire
 * times of their own. Looks at every seat, which is why the housekeeper does it, and nobody who asks.
 */
export async function countCompleted(db: Executor): Promise<void> {
  await sql`insert into completed_jobs as c (kind, jobs)
    select t.kind, greatest(0, t.active - coalesce(s.seats, 0)) from (
      select kind, sum(active)::bigint as active from job_tally
      where kind <> all(${ON_DEMAND_KINDS}) group by kind) t
    left join (
      select j.kind, count(*) as seats from job_state s join job j on j.id = s.job_id
      where s.clock_id is not null and j.enabled and j.paused_at is null and j.deleted_at is null group by j.kind) s
      on s.kind = t.kind
    on conflict (kind) do update set jobs = excluded.jobs`.execute(db);
}
