import type { Face } from '../../domain/faces.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** A process that runs executions, as it told of itself within the last 5 s, or before it died. */
export interface WorkerProcess {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'draining' | 'inactive';
  /** Executions that it may run at once, and runs now; 0 of a dead one. */
  readonly capacity: number;
  readonly load: number;
  readonly startedAt: Instant;
  readonly lastHeartbeat: Instant;
  /** Until now, or until its last heartbeat where it is dead. */
  readonly uptimeMs: number;
}

const IS_ALIVE = sql.raw(`i.stopped_at is null and i.last_heartbeat >= now() - interval '30 seconds'`);

/**
 * The workers that live, and those that died within the last day, the oldest first. One that stopped as it was asked to
 * is not among them. A process silent for 30 s is dead, whether somebody has noted it or not.
 */
export async function listWorkers(db: Executor): Promise<WorkerProcess[]> {
  const { rows } = await sql<WorkerProcess>`
    select id, name, capacity, started_at as "startedAt", last_heartbeat as "lastHeartbeat",
      case when not (${IS_ALIVE}) then 'inactive' when status = 'draining' then 'draining' else 'active' end as status,
      case when ${IS_ALIVE} then load else 0 end as load,
      (extract(epoch from case when ${IS_ALIVE} then now() else last_heartbeat end - started_at) * 1000)::float8
        as "uptimeMs"
    from instance i where 'worker' = any(roles) and status <> 'stopped'
      and (${IS_ALIVE} or last_heartbeat > now() - interval '1 day')
    order by started_at, id`.execute(db);
  return rows;
}

/** Executions of a face that are due and have not begun, by their jobs' priority. */
export async function waitingByPriority(db: Executor, face: Face): Promise<{ priority: number; count: number }[]> {
  const { rows } = await sql<{ priority: number; count: number }>`
    select (j.policy ->> 'priority')::int as priority, count(*) as count
    from execution e join job j on j.id = e.job_id
    where e.face = ${face} and e.state in ('queued', 'waiting') group by 1`.execute(db);
  return rows;
}
