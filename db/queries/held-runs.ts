import type { RawBuilder } from 'kysely';
import type { ExecutionState } from '../../domain/execution.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** A run that is or was held, under its job's lock. */
export interface HeldRun {
  readonly state: ExecutionState;
  /** By Postgres' time, since it was held. */
  readonly heldForMs: number;
  /** Whether an earlier run of the job that waits for the same is still held: that one goes first. */
  readonly isBehind: boolean;
  /** Asked for by hand: it waits for a free seat of its job, and not for its job's parents. */
  readonly waitsForSeat: boolean;
  readonly isSeatFree: boolean;
  readonly jobIsDeleted: boolean;
}

/** How a held run stands; null when it is gone. By the keys of the ledger and of what is live. */
export async function readHeld(tx: Tx, run: { executionId: string; dueAt: number }): Promise<HeldRun | null> {
  const { rows } = await sql<HeldRun>`
    select e.state, (extract(epoch from clock_timestamp() - e.created_at) * 1000)::float8 as "heldForMs",
      exists (select from execution o where o.job_id = e.job_id and o.state = 'waiting'
        and (o.trigger = 'manual') = (e.trigger = 'manual')
        and (o.due_at, o.nonce) < (e.due_at, e.nonce)) as "isBehind",
      e.trigger = 'manual' as "waitsForSeat",
      (select count(*) from execution o where o.job_id = e.job_id and o.state in ('queued', 'waiting', 'running')
        and not (o.state = 'waiting' and o.trigger = 'manual')
        and (o.lease_until is null or o.lease_until > clock_timestamp())) < (j.policy ->> 'maxConcurrent')::int
        as "isSeatFree",
      j.deleted_at is not null as "jobIsDeleted"
    from execution e join job j on j.id = e.job_id
    where e.id = ${run.executionId} and e.due_at = ${new Date(run.dueAt)}`.execute(tx);
  return rows[0] ?? null;
}

/** Lets a held run go: it waits for its turn from now on. The caller holds the job's lock. */
export async function letGo(tx: Tx, run: { executionId: string; dueAt: number }): Promise<void> {
  await sql`update execution set state = 'queued' where id = ${run.executionId} and due_at = ${new Date(run.dueAt)}
    and state = 'waiting'`.execute(tx);
}

/** The workflows of what these jobs hold. */
export async function heldWorkflows(db: Executor, jobIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ workflow_id: string }>`
    select workflow_id from execution where job_id = any(${[...jobIds]}::uuid[]) and state = 'waiting'
      and workflow_id is not null order by due_at`.execute(db);
  return rows.map((row) => row.workflow_id);
}

/** The workflow of the run of a job that waits longest for a free seat; null: none does. */
export async function nextForSeat(db: Executor, jobId: string): Promise<string | null> {
  const { rows } = await sql<{
    workflow_id: string | null;
  }>`select ${waitsForSeat(sql`${jobId}`)} as workflow_id`.execute(db);
  return rows[0]?.workflow_id ?? null;
}

/** The same within a statement. */
export function waitsForSeat(jobId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select w.workflow_id from execution w where w.job_id = ${jobId} and w.state = 'waiting'
    and w.trigger = 'manual' and w.workflow_id is not null order by w.due_at, w.nonce limit 1)`;
}

/**
 * The workflows of runs that have been held for their job's parents for longer than `heldForMs`, the oldest first. Who
 * waits for a free seat may wait for ever.
 */
export async function overdueHeld(db: Executor, heldForMs: number, limit: number): Promise<string[]> {
  const { rows } = await sql<{ workflow_id: string }>`
    select workflow_id from execution where state = 'waiting' and trigger <> 'manual' and workflow_id is not null
      and created_at < clock_timestamp() - ${heldForMs} * interval '1 ms' order by created_at limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => row.workflow_id);
}
