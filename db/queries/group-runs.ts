import type { ExecutionState } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import type { Job } from '../../domain/job.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { jobOf } from './job-row.ts';
import { nonceOf } from './manual-runs.ts';

/** Locks all enabled jobs of a face that have none of the tags, in id order; returns their ids by number. */
export async function lockEnabledJobs(tx: Tx, face: Face, excludeTags: readonly string[]): Promise<string[]> {
  await sql`select job_id from job_state where job_id in (
      select id from job where face = ${face} and deleted_at is null and enabled and not tags && ${[...excludeTags]}::text[])
    order by job_id for update`.execute(tx);
  const { rows } = await sql<{ id: string }>`
    select id from job where face = ${face} and deleted_at is null and enabled
      and not tags && ${[...excludeTags]}::text[] order by number`.execute(tx);
  return rows.map((row) => row.id);
}

/**
 * Records a run of each job, `queued`, in one statement; a paused or busy job is left out unless `force` is set.
 * Returns how many were recorded. The caller holds the jobs' locks.
 */
export async function insertGroupRuns(
  tx: Tx,
  jobIds: readonly string[],
  group: { id: string; at: Instant; force: boolean; triggeredBy: string; numbered: Face | null; newId: () => string },
): Promise<number> {
  if (jobIds.length === 0) return 0;
  const runs = jobIds.map((jobId) => ({ jobId, executionId: group.newId() }));
  const workflowIds = runs.map((run) => runWorkflowId({ ...run, trigger: 'group', dueAt: group.at }));
  const number =
    group.numbered === null ? sql`null::bigint` : sql`nextval(${`execution_number_${group.numbered}`}::regclass)`;
  const { rows } = await sql`
    insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, parameters, triggered_by, group_id,
      workflow_id, job_revision)
    select t.id, j.id, j.face, ${number}, 'group', ${new Date(group.at)}, t.nonce, 'queued', '{}', ${group.triggeredBy},
      ${group.id}, t.workflow_id, j.revision
    from unnest(${runs.map((run) => run.jobId)}::uuid[], ${runs.map((run) => run.executionId)}::uuid[],
      ${runs.map((run) => nonceOf(run.executionId))}::bigint[], ${workflowIds}::text[]) as t (job_id, id, nonce, workflow_id)
    join job j on j.id = t.job_id
    where ${group.force}::boolean or (j.paused_at is null and (j.policy ->> 'maxConcurrent')::int > (
      select count(*) from execution e where e.job_id = j.id and e.state in ('queued', 'waiting', 'running')
        and (e.lease_until is null or e.lease_until > clock_timestamp())))
    returning id`.execute(tx);
  return rows.length;
}

/** A run of a group that waits for its turn. */
export interface QueuedRun {
  readonly executionId: string;
  readonly dueAt: Instant;
  readonly job: Job;
}

/** The next runs of a group that have not begun, in their order, after the one named. */
export async function queuedOfGroup(
  db: Executor,
  groupId: string,
  after: string | null,
  limit: number,
): Promise<QueuedRun[]> {
  const { rows } = await sql<JobRow & { execution_id: string; due_at: Instant }>`
    select j.*, e.id as execution_id, e.due_at from execution e join job j on j.id = e.job_id
    where e.group_id = ${groupId} and e.state = 'queued' and (${after}::uuid is null or e.id > ${after}::uuid)
    order by e.id limit ${limit}`.execute(db);
  return rows.map((row) => ({ executionId: row.execution_id, dueAt: row.due_at, job: jobOf(row) }));
}

/** How many of a group's runs are in each state. */
export async function groupStates(db: Executor, groupId: string): Promise<Partial<Record<ExecutionState, number>>> {
  const { rows } = await sql<{ state: ExecutionState; n: number }>`
    select state, count(*) as n from execution where group_id = ${groupId} group by state`.execute(db);
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}
