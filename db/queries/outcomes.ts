import type { ActionResult, Attempt, EndReason, ExecutionState, Failure, LogLine } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { cleanJson } from '../../domain/json.ts';
import { sql, type Tx } from '../connect.ts';
import { countEnds, type Ended } from './ends.ts';

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
}

/** An execution whose end was written: for events, notifications and `stop_on_error`. */
export interface WrittenEnd {
  readonly executionId: string;
  readonly jobId: string;
  readonly dueAt: Instant;
  readonly state: ExecutionState;
}

/**
 * Writes outcomes in one statement, counts them in another. An outcome whose row is no longer held by its claimant (it
 * was settled, or taken over after its lease) changes nothing. The caller has locked the jobs' `job_state` rows.
 */
export async function writeOutcomes(tx: Tx, outcomes: readonly Outcome[]): Promise<WrittenEnd[]> {
  const time = (instant: Instant | null) => (instant === null ? null : new Date(instant).toISOString());
  const json = (value: unknown) => (value === null ? null : JSON.stringify(cleanJson(value)));
  const { rows } = await sql<{
    id: string;
    job_id: string;
    due_at: Instant;
    face: string;
    kind: string | null;
    state: ExecutionState;
    started_at: Instant | null;
    ended_at: Instant;
    duration_ms: number | null;
    error: Failure | null;
  }>`
    update execution e set state = t.state, reason = t.reason, started_at = t.started_at, ended_at = t.ended_at,
      duration_ms = t.duration_ms, result = t.result::jsonb, error = t.error::jsonb, logs = t.logs::jsonb,
      attempts = t.attempts::jsonb, lease_until = null
    from unnest(${outcomes.map((o) => o.executionId)}::uuid[], ${outcomes.map((o) => time(o.dueAt))}::timestamptz[],
      ${outcomes.map((o) => o.claimedBy)}::text[], ${outcomes.map((o) => o.attempt)}::int[],
      ${outcomes.map((o) => o.state)}::text[], ${outcomes.map((o) => o.reason)}::text[],
      ${outcomes.map((o) => time(o.startedAt))}::timestamptz[], ${outcomes.map((o) => time(o.endedAt))}::timestamptz[],
      ${outcomes.map((o) => o.durationMs)}::bigint[], ${outcomes.map((o) => json(o.result))}::text[],
      ${outcomes.map((o) => json(o.error))}::text[],
      ${outcomes.map((o) => (o.logs.length === 0 ? null : json(o.logs)))}::text[],
      ${outcomes.map((o) => (o.attempts.length === 0 ? null : json(o.attempts)))}::text[])
      as t (id, due_at, claimed_by, attempt, state, reason, started_at, ended_at, duration_ms, result, error, logs, attempts)
    where e.id = t.id and e.due_at = t.due_at and e.state = 'running' and e.claimed_by = t.claimed_by
      and e.attempt = t.attempt
    returning e.id, e.job_id, e.due_at, e.face, (select j.kind from job j where j.id = e.job_id) as kind, e.state,
      e.started_at, e.ended_at, e.duration_ms, e.error`.execute(tx);
  await countEnds(
    tx,
    rows.map(
      (r): Ended => ({
        jobId: r.job_id,
        face: r.face,
        kind: r.kind ?? 'none',
        state: r.state,
        dueAt: r.due_at,
        startedAt: r.started_at,
        endedAt: r.ended_at,
        durationMs: r.duration_ms,
        latenessMs: r.started_at === null ? null : Math.max(0, r.started_at - r.due_at),
        error: r.error?.message ?? null,
      }),
    ),
  );
  return rows.map((r) => ({ executionId: r.id, jobId: r.job_id, dueAt: r.due_at, state: r.state }));
}
