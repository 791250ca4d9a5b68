import type { ActionResult, Attempt, EndReason, ExecutionState, Failure, LogLine } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { cleanJson } from '../../domain/json.ts';
import { sql, type Tx } from '../connect.ts';
import { prepared } from '../prepared.ts';
import { arrayOf, jsonText, timeText, type ElementType } from './array-of.ts';
import { countEnds, type Ended } from './ends.ts';
import { waitsForSeat } from './held-runs.ts';

/** How one claimed execution ended. Written only by its claimant, onto a row that it still holds. */
export interface Outcome {
  readonly executionId: string;
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
  const list = (values: readonly unknown[]) => (values.length === 0 ? null : jsonText(values));
  const column = (type: ElementType, valueOf: (outcome: Outcome) => string | number | null) =>
    arrayOf(type, outcomes.map(valueOf));
  const { rows } = await sql<{
    id: string;
    job_id: string;
    face: string;
    kind: string | null;
    next: string | null;
  }>`${prepared('write_outcomes')}
    update execution e set state = t.state, reason = t.reason, started_at = t.started_at, ended_at = t.ended_at,
      duration_ms = t.duration_ms, result = t.result::jsonb, error = t.error::jsonb, logs = t.logs::jsonb,
      attempts = t.attempts::jsonb, lease_until = null
    from unnest(${column('uuid', (o) => o.executionId)}, ${column('timestamptz', (o) => timeText(o.dueAt))},
      ${column('text', (o) => o.claimedBy)}, ${column('int', (o) => o.attempt)}, ${column('text', (o) => o.state)},
      ${column('text', (o) => o.reason)}, ${column('timestamptz', (o) => timeText(o.startedAt))},
      ${column('timestamptz', (o) => timeText(o.endedAt))}, ${column('bigint', (o) => o.durationMs)},
      ${column('text', (o) => jsonText(o.result))}, ${column('text', (o) => jsonText(o.error))},
      ${column('text', (o) => list(o.logs))}, ${column('text', (o) => list(o.attempts))},
      ${column('int', (o) => (o.asksForNext ? 1 : null))})
      as t (id, due_at, claimed_by, attempt, state, reason, started_at, ended_at, duration_ms, result, error, logs,
        attempts, asks)
    where e.id = t.id and e.due_at = t.due_at and e.state = 'running' and e.claimed_by = t.claimed_by
      and e.attempt = t.attempt
    returning e.id, e.job_id, e.face, (select j.kind from job j where j.id = e.job_id) as kind,
      case when t.asks = 1 then ${waitsForSeat(sql.ref('e.job_id'))} end as next`.execute(tx);
  const byId = new Map(outcomes.map((outcome) => [outcome.executionId, outcome]));
  const written = rows.flatMap(({ id, ...row }) => {
    const outcome = byId.get(id);
    return outcome === undefined ? [] : [{ row, outcome }];
  });
  const parents = await countEnds(
    tx,
    written.map(
      ({ row, outcome: { executionId, state, reason, dueAt, startedAt, endedAt, durationMs, error } }): Ended => {
        const latenessMs = startedAt === null ? null : Math.max(0, startedAt - dueAt);
        const { job_id: jobId, face, kind } = row;
        const message = error === null ? null : cleanJson(error.message);
        return {
          executionId,
          jobId,
          face,
          kind: kind ?? 'none',
          state,
          reason,
          dueAt,
          startedAt,
          endedAt,
          durationMs,
          latenessMs,
          error: message,
        };
      },
    ),
  );
  return written.map(({ row, outcome: { executionId, dueAt, state } }) => ({
    executionId,
    jobId: row.job_id,
    dueAt,
    state,
    hasChildren: parents.includes(row.job_id),
    nextWorkflowId: row.next,
  }));
}
