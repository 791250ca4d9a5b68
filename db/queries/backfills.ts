import type { ExecutionState } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { cleanJson, type JsonObject } from '../../domain/json.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import { nonceOf } from './manual-runs.ts';

/** What the ledger holds for a nominal time of a job's own schedule. */
export interface LedgerEntry {
  readonly dueAt: Instant;
  readonly executionId: string;
  /** The face's integer, where it numbers executions. */
  readonly number: number | null;
  readonly state: ExecutionState;
}

/** The scheduled fires that stand in the ledger for these nominal times. */
export async function ledgerEntries(db: Executor, jobId: string, dues: readonly Instant[]): Promise<LedgerEntry[]> {
  const first = dues[0];
  const last = dues.at(-1);
  if (first === undefined || last === undefined) return [];
  const { rows } = await sql<LedgerEntry>`
    select due_at as "dueAt", id as "executionId", number, state from execution
    where job_id = ${jobId} and nonce = 0 and due_at between ${new Date(first)} and ${new Date(last)}
      and due_at = any(${dues.map((due) => new Date(due).toISOString())}::timestamptz[])`.execute(db);
  return rows;
}

/**
 * Records backfilled runs, `queued`, each with its nominal time; they are not unique for it (DECISIONS section 4).
 * Returns their integers by id, where the face numbers executions. The caller holds the job's lock.
 */
export async function insertBackfills(
  tx: Tx,
  job: Job,
  backfill: {
    groupId: string;
    runs: readonly { executionId: string; dueAt: Instant }[];
    parameters: JsonObject;
    triggeredBy: string;
    numbered: boolean;
  },
): Promise<ReadonlyMap<string, number | null>> {
  const { groupId, runs, parameters, triggeredBy, numbered } = backfill;
  const workflowIds = runs.map((run) => runWorkflowId({ ...run, jobId: job.id, trigger: 'backfill' }));
  const { rows } = await sql<{ id: string; number: number | null }>`
    insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, parameters, triggered_by, group_id,
      workflow_id, job_revision)
    select t.id, ${job.id}::uuid, ${job.face},
      ${numbered ? sql`nextval(${`execution_number_${job.face}`}::regclass)` : sql`null::bigint`},
      'backfill', t.due_at, t.nonce, 'queued', ${JSON.stringify(cleanJson(parameters))}::jsonb, ${triggeredBy},
      ${groupId}, t.workflow_id, ${job.revision}::int
    from unnest(${runs.map((run) => run.executionId)}::uuid[],
      ${runs.map((run) => new Date(run.dueAt).toISOString())}::timestamptz[],
      ${runs.map((run) => nonceOf(run.executionId))}::bigint[], ${workflowIds}::text[])
      as t (id, due_at, nonce, workflow_id)
    returning id, number`.execute(tx);
  return new Map(rows.map(({ id, number }) => [id, number]));
}
