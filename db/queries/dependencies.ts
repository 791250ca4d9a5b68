import type { Dependency, DependencyType } from '../../domain/dependencies.ts';
import type { Edge } from '../../domain/dependency-cycle.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** One dependency of a child, with what its parent came to last since the child's last decided run. */
export interface StoredDependency {
  readonly id: string;
  readonly childId: string;
  readonly type: DependencyType;
  readonly createdAt: Instant;
  readonly parent: { readonly id: string; readonly number: number; readonly name: string };
  readonly end: {
    readonly state: ExecutionState;
    /** Null where the parent ended before the dependency was made. */
    readonly executionId: string | null;
    readonly at: Instant;
  } | null;
}

interface Row {
  id: string;
  child_id: string;
  type: string;
  created_at: Instant;
  parent_id: string;
  parent_number: number;
  parent_name: string;
  end_state: string | null;
  end_execution: string | null;
  end_at: Instant | null;
}

/** What these jobs wait for, in the order in which it was said. */
export async function dependenciesOf(db: Executor, childIds: readonly string[]): Promise<StoredDependency[]> {
  if (childIds.length === 0) return [];
  const { rows } = await sql<Row>`
    select d.id, d.child_id, d.type, d.created_at, d.parent_id, p.number as parent_number, p.name as parent_name,
      d.end_state, d.end_execution, d.end_at
    from job_dependency d join job p on p.id = d.parent_id
    where d.child_id = any(${[...childIds]}::uuid[]) order by d.child_id, d.created_at, d.id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    childId: row.child_id,
    type: row.type as DependencyType,
    createdAt: row.created_at,
    parent: { id: row.parent_id, number: row.parent_number, name: row.parent_name },
    end:
      row.end_state === null || row.end_at === null
        ? null
        : { state: row.end_state as ExecutionState, executionId: row.end_execution, at: row.end_at },
  }));
}

/** The jobs that wait for one. */
export async function childrenOf(db: Executor, parentId: string): Promise<string[]> {
  const { rows } = await sql<{ child_id: string }>`
    select child_id from job_dependency where parent_id = ${parentId} order by child_id`.execute(db);
  return rows.map((row) => row.child_id);
}

/** Until the end of the transaction nobody else ties jobs of the face: two at once could close a cycle unseen. */
export async function lockDependencies(tx: Tx, face: Face): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(${`almanac.dependencies.${face}`}))`.execute(tx);
}

/** Every dependency above these jobs, theirs included. */
export async function edgesAbove(db: Executor, jobIds: readonly string[]): Promise<Edge[]> {
  const { rows } = await sql<Edge>`
    with recursive above as (
      select child_id, parent_id from job_dependency where child_id = any(${[...jobIds]}::uuid[])
      union select d.child_id, d.parent_id from job_dependency d join above a on d.child_id = a.parent_id)
    select child_id as child, parent_id as parent from above`.execute(db);
  return rows;
}

/** Those of these ids that are jobs of the face, with their names. The caller holds their locks. */
export async function namesOf(tx: Tx, face: Face, jobIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from job where id = any(${[...jobIds]}::uuid[]) and face = ${face} and deleted_at is null`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/**
 * Makes the stored dependencies of a job what the job says; those that stay keep what their parents came to. Of a new one
 * counts, for a child with a schedule, that its parent ended since the child ran last; a child without one would else
 * run because of what was long ago. The caller holds the locks of the job and of all these parents.
 */
export async function storeDependencies(
  tx: Tx,
  job: Pick<Job, 'id' | 'face' | 'schedule'>,
  dependencies: readonly Dependency[],
  newId: () => string,
): Promise<void> {
  const parents = dependencies.map(({ jobId }) => jobId);
  await sql`delete from job_dependency
    where child_id = ${job.id} and parent_id <> all(${parents}::uuid[])`.execute(tx);
  if (parents.length === 0) return;
  const counts =
    job.schedule.kind === 'none' ? sql`false` : sql`p.last_ended_at > coalesce(c.last_started_at, '-infinity')`;
  await sql`
    insert into job_dependency as d (id, face, child_id, parent_id, type, created_at, end_state, end_at)
    select t.id, ${job.face}, c.job_id, t.parent_id, t.type, clock_timestamp(),
      case when ${counts} then p.last_state end, case when ${counts} then p.last_ended_at end
    from unnest(${dependencies.map(() => newId())}::uuid[], ${parents}::uuid[], ${dependencies.map(({ type }) => type)}::text[])
      with ordinality as t (id, parent_id, type, nth)
    join job_state c on c.job_id = ${job.id} join job_state p on p.job_id = t.parent_id order by t.nth
    on conflict (child_id, parent_id) do update set type = excluded.type`.execute(tx);
  await sql`update job_state set has_children = true
    where job_id = any(${parents}::uuid[]) and not has_children`.execute(tx);
}
