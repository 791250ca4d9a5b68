import { endsForChildren, type ParentEnd } from '../../domain/dependencies.ts';
import type { EndReason, ExecutionState } from '../../domain/execution.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

export interface EndOfParent {
  readonly jobId: string;
  readonly executionId: string;
  readonly state: ExecutionState;
  readonly reason: EndReason | null;
}

/**
 * Keeps for their children how these jobs ended, the last end of each, in the transaction that ends them. The caller
 * holds the jobs' locks, so that what is kept last is what ended last.
 */
export async function keepEnds(
  tx: Executor,
  parentIds: readonly string[],
  ends: readonly EndOfParent[],
): Promise<void> {
  if (parentIds.length === 0) return;
  const told = ends.filter((end) => parentIds.includes(end.jobId) && endsForChildren(end));
  const last = new Map(told.map((end) => [end.jobId, end]));
  if (last.size === 0) return;
  const rows = [...last.values()];
  await sql`
    with kept as (
      select d.id, t.state, t.execution_id from job_dependency d
      join unnest(${rows.map((r) => r.jobId)}::uuid[], ${rows.map((r) => r.executionId)}::uuid[],
        ${rows.map((r) => r.state)}::text[]) as t (job_id, execution_id, state) on d.parent_id = t.job_id
      order by d.parent_id, d.child_id for update of d)
    update job_dependency d set end_state = kept.state, end_execution = kept.execution_id, end_at = clock_timestamp()
    from kept where d.id = kept.id`.execute(tx);
}

/**
 * Locks what the parents of a child came to, in a statement of its own, so that what is then read is what is then used
 * up. The caller holds the child's lock.
 */
export async function lockEnds(tx: Tx, childId: string): Promise<void> {
  await sql`select from job_dependency where child_id = ${childId} order by parent_id for update`.execute(tx);
}

/** A decided run uses up what the parents came to: the next one waits for them anew. The caller holds `lockEnds`. */
export async function useUpEnds(tx: Tx, childId: string): Promise<void> {
  await sql`update job_dependency set end_state = null, end_execution = null, end_at = null
    where child_id = ${childId} and end_at is not null`.execute(tx);
}

/** A child, how its parents stand, and the run of it that is held longest. */
export interface Child {
  readonly id: string;
  readonly hasSchedule: boolean;
  readonly parents: readonly ParentEnd[];
  readonly held: { readonly workflowId: string } | null;
}

/** The children of these jobs; of `null` all children whose parents' last end is older than `settledMs`. */
export async function childrenToLookAt(
  db: Executor,
  parentIds: readonly string[] | null,
  settledMs: number,
): Promise<Child[]> {
  const chosen =
    parentIds === null
      ? sql`select child_id from job_dependency group by child_id
          having max(end_at) < clock_timestamp() - ${settledMs} * interval '1 ms'`
      : sql`select child_id from job_dependency where parent_id = any(${[...parentIds]}::uuid[])`;
  const { rows } = await sql<{ id: string; kind: string; parents: ParentEnd[]; held: string | null }>`
    select d.child_id as id, j.kind, jsonb_agg(jsonb_build_object('type', d.type, 'end', d.end_state)) as parents,
      (select e.workflow_id from execution e where e.job_id = d.child_id and e.state = 'waiting'
        and e.trigger <> 'manual' order by e.due_at, e.nonce limit 1) as held
    from job_dependency d join job j on j.id = d.child_id
    where d.child_id in (${chosen}) group by d.child_id, j.kind order by d.child_id`.execute(db);
  return rows.map(({ id, kind, parents, held }) => ({
    id,
    hasSchedule: kind !== 'none',
    parents,
    held: held === null ? null : { workflowId: held },
  }));
}
