import { resourcesOf, type Action, type ActionType } from '../../domain/actions/index.ts';
import { UNKNOWN_DURATION_MS, type PlannedJob } from '../../domain/conflicts/conflict.ts';
import type { Face } from '../../domain/faces.ts';
import type { Schedule } from '../../domain/schedules/index.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/**
 * The firing jobs of a face with their schedules, average durations and what they touch, in one query. `actionTypes`
 * narrows them to those whose action can matter; `exceptId` leaves out the job in question itself.
 */
export async function plannedJobs(
  db: Executor,
  face: Face,
  which: { exceptId: string | null; actionTypes?: readonly ActionType[] },
): Promise<PlannedJob[]> {
  const { rows } = await sql<{
    id: string;
    number: number;
    name: string;
    schedule: Schedule;
    action: Action;
    average_ms: number | null;
  }>`
    select j.id, j.number, j.name, j.schedule, j.action,
      s.duration_total_ms / nullif(s.succeeded + s.failed + s.timed_out + s.cancelled, 0) as average_ms
    from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and j.deleted_at is null and j.enabled and j.paused_at is null
      and (${which.exceptId}::uuid is null or j.id <> ${which.exceptId}::uuid)
      and ${which.actionTypes === undefined ? sql`true` : sql`j.action_type = any(${[...which.actionTypes]}::text[])`}
    order by j.number`.execute(db);
  return rows.map(({ id, number, name, schedule, action, average_ms: averageMs }) => ({
    id,
    number,
    name,
    schedule,
    resources: resourcesOf(action),
    durationMs: averageMs ?? UNKNOWN_DURATION_MS,
  }));
}

/** Until the end of the transaction nobody else of the face passes here: two that conflict can't both be let in. */
export async function admitExclusively(tx: Tx, face: Face): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`almanac.conflicts.${face}`}))`.execute(tx);
}
