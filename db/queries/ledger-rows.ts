import type { EndReason, ExecutionState, Trigger } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { arrayOf, timeText } from './array-of.ts';

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
  const inserted = await sql<{
    id: string;
  }>`${prepared(rows.some((r) => NUMBERED.includes(r.face)) ? 'insert_numbered' : 'insert_scheduled')}
    insert into execution (id, job_id, face, number, trigger, due_at, nonce, state, reason, ended_at, claimed_by,
      lease_until, worker_id, workflow_id, group_id, job_revision)
    select t.id, t.job_id, t.face, ${numberOf(rows)}, ${trigger}, t.due_at, 0, t.state, t.reason,
      case when t.state in ('skipped', 'missed') then clock_timestamp() end, t.claimed_by,
      case when t.claimed_by is not null then clock_timestamp() + ${leaseMs} * interval '1 ms' end, t.claimed_by,
      t.workflow_id, t.group_id, t.job_revision
    from unnest(${arrayOf(
      'uuid',
      rows.map((r) => r.id),
    )}, ${arrayOf(
      'uuid',
      rows.map((r) => r.jobId),
    )},
      ${arrayOf(
        'text',
        rows.map((r) => r.face),
      )}, ${arrayOf(
        'timestamptz',
        rows.map((r) => timeText(r.dueAt)),
      )},
      ${arrayOf(
        'text',
        rows.map((r) => r.state),
      )}, ${arrayOf(
        'text',
        rows.map((r) => r.reason),
      )},
      ${arrayOf(
        'text',
        rows.map((r) => r.claimedBy),
      )}, ${arrayOf(
        'text',
        rows.map((r) => r.workflowId),
      )},
      ${arrayOf(
        'text',
        rows.map((r) => r.groupId),
      )}, ${arrayOf(
        'int',
        rows.map((r) => r.jobRevision),
      )})
      as t (id, job_id, face, due_at, state, reason, claimed_by, workflow_id, group_id, job_revision)
    on conflict (job_id, due_at, nonce) do nothing returning id`.execute(tx);
  return new Set(inserted.rows.map((r) => r.id));
}

/** Only faces that show integers draw from a sequence; the others spare the statement that cost. */
function numberOf(rows: readonly LedgerRow[]) {
  if (!rows.some((r) => NUMBERED.includes(r.face))) return sql`null::bigint`;
  return sql.raw(
    `case ${NUMBERED.map((face) => `when t.face = '${face}' then nextval('execution_number_${face}')`).join(' ')} end`,
  );
}
