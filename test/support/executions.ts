import { sql, type Db } from '../../db/connect.ts';
import { countEnds } from '../../db/queries/ends.ts';
import type { ActionResult, EndReason, ExecutionState, Failure, LogLine, Trigger } from '../../domain/execution.ts';
import { isTerminal } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';

export interface PastExecution {
  readonly id: string;
  readonly dueAt: number;
  readonly state: ExecutionState;
  readonly trigger?: Trigger;
  readonly reason?: EndReason;
  readonly durationMs?: number;
  readonly result?: ActionResult;
  readonly error?: Failure;
  readonly logs?: readonly LogLine[];
  readonly workflowId?: string;
  /** Default the first. */
  readonly attempt?: number;
  readonly workerId?: string;
  /** Of a running one, by Postgres' time; default a minute ahead. */
  readonly leaseMs?: number;
}

/** Writes an execution as the engine leaves it, with counters and roll-ups where it has ended. */
export async function addExecution(db: Db, job: Job, past: PastExecution): Promise<void> {
  const ran = past.durationMs !== undefined || past.state === 'running';
  const startedAt = ran ? past.dueAt : null;
  const endedAt = isTerminal(past.state) ? past.dueAt + (past.durationMs ?? 0) : null;
  const time = (at: number | null) => (at === null ? null : new Date(at));
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await db
    .insertInto('execution')
    .values({
      id: past.id,
      job_id: job.id,
      face: job.face,
      trigger: past.trigger ?? 'scheduled',
      due_at: new Date(past.dueAt),
      nonce: past.trigger === undefined ? 0 : 1,
      state: past.state,
      reason: past.reason ?? null,
      started_at: time(startedAt),
      ended_at: time(endedAt),
      duration_ms: past.durationMs ?? null,
      result: json(past.result),
      error: json(past.error),
      logs: json(past.logs),
      lease_until:
        past.state === 'running' ? sql<Date>`clock_timestamp() + ${past.leaseMs ?? 60_000} * interval '1 ms'` : null,
      workflow_id: past.workflowId ?? null,
      attempt: past.attempt ?? 1,
      worker_id: past.workerId ?? null,
      job_revision: job.revision,
    })
    .execute();
  if (endedAt === null) return;
  await countEnds(db, [
    {
      executionId: past.id,
      jobId: job.id,
      face: job.face,
      kind: job.schedule.kind,
      state: past.state,
      reason: past.reason ?? null,
      dueAt: past.dueAt,
      startedAt,
      endedAt,
      durationMs: past.durationMs ?? null,
      latenessMs: ran ? 0 : null,
      error: past.error?.message ?? null,
    },
  ]);
}
