import type { EndReason, ExecutionState, Trigger } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { tableOf } from './array-of.ts';

/** A scheduled fire as it enters the ledger. */
export interface LedgerRow {
  readonly id: string;
  readonly jobId: string;
  readonly face: string;
  readonly dueAt: Instant;
  readonly state: ExecutionState;
  readonly reason: EndReason | null;
  readonly jobRevision: number;
  /** The instance that claims it, for rows that start `running`. */
  readonly claimedBy: string | null;
  readonly workflowId: string | null;
  /** The `run-group` that runs it in its turn, where one does. */
  readonly groupId: string | null;
}

const NUMBERED = ['console', 'reviewer'];

/**
 * Inserts scheduled fires, each unique for (job, nominal time): what already stands there wins. Rows in state
 * `running` get a lease of `leaseMs` by Postgres' time; rows that are skipped or missed end at once.
 * Returns the ids of the rows that are new.
 */
export async function insertScheduled(
  tx: Executor,
  rows: readonly LedgerRow[],
  leaseMs: number,
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  const trigger: Trigger = 'scheduled';
  const answer = await sql<{
    ids: string[] | null;
  }>`${prepared(rows.some((r) => NUMBERED.includes(r.face)) ? 'insert_numbered' : 'insert_scheduled')}
    with inserted as (insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, reason, ended_at, claimed_by,
      lease_until, worker_id, workflow_id, group_id, job_revision)
    select t.id, t.job_id, t.face, ${numberOf(rows)}, ${trigger}, t.due_at, 0, t.state, t.reason,
      case when t.state in ('skipped', 'missed') then clock_timestamp() end, t.claimed_by,
      case when t.claimed_by is not null then clock_timestamp() + ${leaseMs} * interval '1 ms' end, t.claimed_by,
      t.workflow_id, t.group_id, t.job_revision
    from ${tableOf([
      ['id', 'uuid', rows.map((r) => r.id)],
      ['job_id', 'uuid', rows.map((r) => r.jobId)],
      ['face', 'text', rows.map((r) => r.face)],
      ['due_at', 'timestamptz', rows.map((r) => r.dueAt)],
      ['state', 'text', rows.map((r) => r.state)],
      ['reason', 'text', rows.map((r) => r.reason)],
      ['claimed_by', 'text', rows.map((r) => r.claimedBy)],
      ['workflow_id', 'text', rows.map((r) => r.workflowId)],
      ['group_id', 'text', rows.map((r) => r.groupId)],
      ['job_revision', 'int', rows.map((r) => r.jobRevision)],
    ])}
    on conflict (job_id, due_at, nonce) do nothing returning id)
    select case when count(*) < ${rows.length} then coalesce(array_agg(id), '{}') end as ids from inserted`.execute(tx);
  // Mostly all are new, and then none is named.
  return new Set(answer.rows[0]?.ids ?? rows.map((r) => r.id));
}

/** Only faces that show integers draw from a sequence; the others spare the statement that cost. */
function numberOf(rows: readonly LedgerRow[]) {
  if (!rows.some((r) => NUMBERED.includes(r.face))) return sql`null::bigint`;
  return sql.raw(
    `case ${NUMBERED.map((face) => `when t.face = '${face}' then nextval('execution_number_${face}')`).join(' ')} end`,
  );
}
