import type { ActionResult, Attempt, EndReason, ExecutionState, Failure, LogLine } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { cleanJson } from '../../domain/json.ts';
import { sql, type Tx } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { jsonText, tableOf, type Column } from './array-of.ts';
import type { ElementType } from './binary-array.ts';
import { countEnds, type Ended } from './ends.ts';
import { waitsForSeat } from './held-runs.ts';

/** How one claimed execution ended. Written only by its claimant, onto a row that it still holds. */
export interface Outcome {
  readonly executionId: string;
  readonly jobId: string;
  readonly face: string;
  /** Of the job's schedule. */
  readonly kind: string;
  readonly dueAt: Instant;
  readonly claimedBy: string;
  readonly attempt: number;
  readonly state: Extract<ExecutionState, 'succeeded' | 'failed' | 'timed_out' | 'cancelled'>;
  readonly reason: EndReason | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant;
  readonly durationMs: number | null;
  readonly result: ActionResult | null;
  readonly error: Failure | null;
  readonly logs: readonly LogLine[];
  /** Earlier tries, where there were any. */
  readonly attempts: readonly Attempt[];
  /** Whether the run of the job that waits longest for a free seat is asked for; spared where none can wait. */
  readonly asksForNext: boolean;
}

/** An execution whose end was written: for events, notifications and `stop_on_error`. */
export interface WrittenEnd {
  readonly executionId: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: ExecutionState;
  /** Whether other jobs wait for it. */
  readonly hasChildren: boolean;
  /** The workflow of the run that waits longest for the seat that is free now. */
  readonly nextWorkflowId: string | null;
}

/**
 * Writes outcomes in one statement, counts them in another. An outcome whose row is no longer held by its claimant (it
 * was settled, or taken over after its lease) changes nothing. The caller has locked the jobs' `job_state` rows.
 */
export async function writeOutcomes(tx: Tx, outcomes: readonly Outcome[]): Promise<WrittenEnd[]> {
  if (outcomes.length === 0) return [];
  const list = (values: readonly unknown[]) => (values.length === 0 ? null : jsonText(values));
  const column = (name: string, type: ElementType, valueOf: (outcome: Outcome) => string | number | null): Column => [
    name,
    type,
    outcomes.map(valueOf),
  ];
  const { rows } = await sql<{
    ids: string[] | null;
    next: Record<string, string> | null;
  }>`${prepared('write_outcomes')}
    with written as (update execution e set state = t.state, reason = t.reason, started_at = t.started_at,
        ended_at = t.ended_at, duration_ms = t.duration_ms, result = t.result, error = t.error,
        logs = t.logs, attempts = t.attempts, lease_until = null
      from ${tableOf([
        column('id', 'uuid', (o) => o.executionId),
        column('due_at', 'timestamptz', (o) => o.dueAt),
        column('claimed_by', 'text', (o) => o.claimedBy),
        column('attempt', 'int', (o) => o.attempt),
        column('state', 'text', (o) => o.state),
        column('reason', 'text', (o) => o.reason),
        column('started_at', 'timestamptz', (o) => o.startedAt),
        column('ended_at', 'timestamptz', (o) => o.endedAt),
        column('duration_ms', 'bigint', (o) => o.durationMs),
        column('result', 'jsonb', (o) => jsonText(o.result)),
        column('error', 'jsonb', (o) => jsonText(o.error)),
        column('logs', 'jsonb', (o) => list(o.logs)),
        column('attempts', 'jsonb', (o) => list(o.attempts)),
        column('asks', 'int', (o) => (o.asksForNext ? 1 : null)),
      ])}
      where e.id = t.id and e.due_at = t.due_at and e.state = 'running' and e.claimed_by = t.claimed_by
        and e.attempt = t.attempt
      returning e.id, case when t.asks = 1 then ${waitsForSeat(sql.ref('e.job_id'))} end as next)
    select case when count(*) < ${outcomes.length} then coalesce(array_agg(id), '{}') end as ids,
      jsonb_object_agg(id, next) filter (where next is not null) as next from written`.execute(tx);
  // Mostly all are written, and then none is named.
  const ids = rows[0]?.ids == null ? null : new Set(rows[0].ids);
  const written = ids === null ? outcomes : outcomes.filter((o) => ids.has(o.executionId));
  const parents = await countEnds(tx, written.map(endOf));
  return written.map(({ executionId, jobId, dueAt, state }) => ({
    executionId,
    jobId,
    dueAt,
    state,
    hasChildren: parents.includes(jobId),
    nextWorkflowId: rows[0]?.next?.[executionId] ?? null,
  }));
}

/** Spelled out, as it is made at every fire. */
function endOf(outcome: Outcome): Ended {
  const { executionId, jobId, face, kind, state, reason, dueAt, startedAt, endedAt, durationMs } = outcome;
  const latenessMs = startedAt === null ? null : Math.max(0, startedAt - dueAt);
  const error = outcome.error === null ? null : cleanJson(outcome.error.message);
  return { executionId, jobId, face, kind, state, reason, dueAt, startedAt, endedAt, durationMs, latenessMs, error };
}
