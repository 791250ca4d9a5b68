import type { Job } from '../../domain/job.ts';
import { cleanJson, type JsonObject } from '../../domain/json.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { prepared } from '../prepared.ts';
import type { JobRow } from '../schema.ts';
import { JOB_COLUMNS, jobOf } from './job-row.ts';

/** A run that someone asks for by hand. */
export interface ManualRun {
  readonly executionId: string;
  readonly at: Instant;
  readonly parameters: JsonObject;
  readonly triggeredBy: string;
  /** For the audit. */
  readonly actor: string;
  /** Runs a disabled, paused or busy job too. */
  readonly force: boolean;
  /** Takes its turn: never refused, and held (`waiting`) while the job has no free seat. */
  readonly queues: boolean;
  /** Bound of the whole service (gateway.txt, Rate Limiting: 50 concurrent executions). */
  readonly maxRunning: number;
  readonly numbered: boolean;
  readonly correlationId: string;
}

/** What a run by hand was decided by: it was admitted when `admitted`; else the counts say why not. */
export interface ManualVerdict {
  readonly job: Job;
  readonly admitted: boolean;
  /** Whether it is held until the job has a free seat. */
  readonly held: boolean;
  readonly number: number | null;
  readonly live: number;
  readonly running: number;
  readonly averageDurationMs: number | null;
}

/**
 * Decides and records a run by hand, with its audit, in one statement after the lock: it costs a round trip less each
 * for job, counts, ledger and audit. Null when the job was deleted while the lock was waited for.
 */
export async function insertManualRun(tx: Tx, jobId: string, run: ManualRun): Promise<ManualVerdict | null> {
  const at = new Date(run.at);
  const workflowId = runWorkflowId({ jobId, trigger: 'manual', dueAt: run.at, executionId: run.executionId });
  const parameters = JSON.stringify(cleanJson(run.parameters));
  const { rows } = await sql<
    JobRow & {
      admitted: boolean;
      held: boolean;
      run_number: number | null;
      live: number;
      running: number;
      average_ms: number | null;
    }
  >`${prepared(run.numbered ? 'insert_manual_numbered' : 'insert_manual')}
    with j as (select * from job where id = ${jobId} and deleted_at is null),
      counts as (select
        (select count(*) from execution e where e.job_id = ${jobId} and e.state in ('queued', 'waiting', 'running')
          and (e.lease_until is null or e.lease_until > clock_timestamp())) as live,
        (select count(*) from execution e where e.state = 'running' and e.lease_until > clock_timestamp()) as running),
      verdict as (select counts.*, ${run.queues}::boolean or counts.running < ${run.maxRunning} and (${run.force}
          or (j.enabled and j.paused_at is null and counts.live < (j.policy ->> 'maxConcurrent')::int)) as admitted,
          ${run.queues}::boolean and counts.live >= (j.policy ->> 'maxConcurrent')::int as held
        from j, counts),
      inserted as (
        insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, parameters, triggered_by,
          workflow_id, job_revision)
        select ${run.executionId}, j.id, j.face,
          ${run.numbered ? sql`nextval(('execution_number_' || j.face)::regclass)` : sql`null::bigint`},
          'manual', ${at}, ${nonceOf(run.executionId)}, case when verdict.held then 'waiting' else 'queued' end,
          ${parameters}::jsonb, ${run.triggeredBy}, ${workflowId}, j.revision
        from j, verdict where verdict.admitted
        returning number, job_id, face, id),
      audited as (
        insert into audit (actor, face, action, job_id, execution_id, after, correlation_id)
        select ${run.actor}, face, ${run.queues ? 'job.queue' : 'job.run'}, job_id, id,
          jsonb_build_object('force', ${run.force}::boolean, 'parameters', ${parameters}::jsonb), ${run.correlationId}
        from inserted)
    select ${JOB_COLUMNS}, verdict.admitted, verdict.held, verdict.live, verdict.running, (select number from inserted) as run_number,
      s.duration_total_ms / nullif(s.succeeded + s.failed + s.timed_out + s.cancelled, 0) as average_ms
    from j, verdict, job_state s where s.job_id = j.id`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    job: jobOf(row),
    admitted: row.admitted,
    held: row.held,
    number: row.run_number,
    live: row.live,
    running: row.running,
    averageDurationMs: row.average_ms,
  };
}

/** Runs by hand are not unique for their time: the random digits of the id keep them apart. Never 0, always below 2^53. */
export function nonceOf(executionId: string): number {
  return Number.parseInt(executionId.slice(24), 16) + 1;
}
