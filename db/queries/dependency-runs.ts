import { NUMBERS_EXECUTIONS } from '../../domain/faces.ts';
import type { Job } from '../../domain/job.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';

/**
 * Records the run of a child without a schedule. Its nominal time is the last of its parents' ends and its key a digest
 * of them all, so that one round of the parents is one row, whoever looks. Null when that row stands already. The caller
 * holds the child's lock and `lockEnds`, has seen that the ends suffice, and uses them up.
 */
export async function insertDependencyRun(
  tx: Tx,
  job: Job,
  run: { executionId: string; state: 'queued' | 'waiting' | 'skipped' },
): Promise<{ dueAt: Instant } | null> {
  const number = NUMBERS_EXECUTIONS[job.face]
    ? sql`nextval(${`execution_number_${job.face}`}::regclass)`
    : sql`null::bigint`;
  const workflowId = runWorkflowId({ jobId: job.id, trigger: 'dependency', dueAt: 0, executionId: run.executionId });
  const skipped = run.state === 'skipped';
  const { rows } = await sql<{ due_at: Instant }>`
    with ends as (select parent_id, end_at, coalesce(end_execution::text, end_at::text) as what from job_dependency
        where child_id = ${job.id} and end_at is not null),
      round as (select date_trunc('milliseconds', max(end_at)) as at,
        ('x' || left(md5(string_agg(parent_id || ' ' || what, ',' order by parent_id)), 12))::bit(48)::bigint + 1 as nonce,
        (array_agg(what order by end_at desc))[1] as cause from ends)
    insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, reason, ended_at, parameters,
      triggered_by, workflow_id, job_revision)
    select ${run.executionId}, ${job.id}, ${job.face}, ${number}, 'dependency', round.at, round.nonce, ${run.state},
      ${skipped ? 'overlap' : null}, ${skipped ? sql`clock_timestamp()` : sql`null::timestamptz`}, '{}',
      'execution ' || round.cause, ${skipped ? null : workflowId}, ${job.revision}
    from round where round.at is not null
    on conflict (job_id, due_at, nonce) do nothing returning due_at`.execute(tx);
  return rows[0] === undefined ? null : { dueAt: rows[0].due_at };
}
