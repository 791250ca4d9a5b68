import type { DependencyType } from '../../domain/dependencies.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { DisabledBy } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';

/** A job as a graph shows it: what it is called, whether it fires, what it came to last, and what it does now. */
export interface GraphNode {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly pausedAt: Instant | null;
  readonly disabledBy: DisabledBy | null;
  readonly lastState: ExecutionState | null;
  readonly lastStartedAt: Instant | null;
  readonly lastEndedAt: Instant | null;
  /** Executions that are not over. */
  readonly queued: number;
  readonly waiting: number;
  readonly running: number;
}

export interface GraphEdge {
  readonly id: string;
  readonly childId: string;
  readonly parentId: string;
  readonly type: DependencyType;
  /** What the parent came to last since the child's previous run; null: nothing yet. */
  readonly end: ExecutionState | null;
}

/** All jobs of a face by number, or only those that are tied to another, with what is under way: one query. */
export async function graphNodes(db: Executor, face: Face, onlyTied: boolean): Promise<GraphNode[]> {
  const tied = sql`and (exists (select from job_dependency d where d.child_id = j.id)
    or exists (select from job_dependency d where d.parent_id = j.id))`;
  const { rows } = await sql<GraphNode>`
    select j.id, j.number, j.name, j.kind, j.tags, j.enabled, j.paused_at as "pausedAt", j.disabled_by as "disabledBy",
      s.last_state as "lastState", s.last_started_at as "lastStartedAt", s.last_ended_at as "lastEndedAt",
      coalesce(l.queued, 0) as queued, coalesce(l.waiting, 0) as waiting, coalesce(l.running, 0) as running
    from job j join job_state s on s.job_id = j.id left join (
      select e.job_id, count(*) filter (where e.state = 'queued') as queued,
        count(*) filter (where e.state = 'waiting') as waiting, count(*) filter (where e.state = 'running') as running
      from execution e where e.state in ('queued', 'waiting', 'running') group by 1) l on l.job_id = j.id
    where j.face = ${face} and j.deleted_at is null ${onlyTied ? tied : sql``} order by j.number`.execute(db);
  return rows;
}

/** All dependencies between jobs of a face. */
export async function graphEdges(db: Executor, face: Face): Promise<GraphEdge[]> {
  const { rows } = await sql<GraphEdge>`
    select id, child_id as "childId", parent_id as "parentId", type, end_state as "end" from job_dependency
    where face = ${face} order by child_id, created_at, id`.execute(db);
  return rows;
}
