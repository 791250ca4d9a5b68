import type { Execution } from '../../domain/execution.ts';
import type { Face } from '../../domain/faces.ts';
import { sql, type Executor } from '../connect.ts';
import type { ExecutionRef } from '../events.ts';
import type { ExecutionRow } from '../schema.ts';
import { executionOf } from './execution-row.ts';

/** An execution with what an event tells of its job. */
export interface AnnouncedExecution {
  readonly execution: Execution;
  readonly jobName: string;
  readonly jobNumber: number;
  readonly face: Face;
  readonly tags: readonly string[];
}

/** What an event tells of a job itself, be it deleted since. */
export type AnnouncedJob = Omit<AnnouncedExecution, 'execution'>;

/** What events leave out: it may be large. */
const LEFT_OUT = sql`null::jsonb as logs, null::jsonb as attempts, null::jsonb as parameters`;
const KEPT = `id, job_id, face, number, trigger, due_at, nonce, state, reason, attempt, created_at, started_at, ended_at,
  duration_ms, result, error, triggered_by, group_id, claimed_by, lease_until, worker_id, workflow_id, job_revision`;
const COLUMNS = sql.raw(
  KEPT.split(',')
    .map((name) => `e.${name.trim()}`)
    .join(', '),
);

/** The executions that notices name, by id, in one query that touches only the partitions of their times. */
export async function readAnnounced(
  db: Executor,
  refs: readonly ExecutionRef[],
): Promise<Map<string, AnnouncedExecution>> {
  if (refs.length === 0) return new Map();
  const times = refs.map((ref) => ref.dueAt);
  const { rows } = await sql<ExecutionRow & { job_name: string; job_number: number; job_tags: string[] }>`
    select ${COLUMNS}, ${LEFT_OUT}, j.name as job_name, j.number as job_number, j.tags as job_tags
    from execution e join job j on j.id = e.job_id
    where e.id = any(${refs.map((ref) => ref.id)}::uuid[])
      and e.due_at between ${new Date(Math.min(...times))} and ${new Date(Math.max(...times))}`.execute(db);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        execution: executionOf(row),
        jobName: row.job_name,
        jobNumber: row.job_number,
        face: row.face as Face,
        tags: row.job_tags,
      },
    ]),
  );
}

/** The jobs that notices name, by id, deleted ones too. */
export async function readAnnouncedJobs(db: Executor, ids: readonly string[]): Promise<Map<string, AnnouncedJob>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('job')
    .select(['id', 'name', 'number', 'face', 'tags'])
    .where('id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, name, number, face, tags }) => [
      id,
      { jobName: name, jobNumber: number, face: face as Face, tags },
    ]),
  );
}

/** The face that owns an execution's job; null when there is no such execution. */
export async function faceOfExecution(db: Executor, id: string): Promise<Face | null> {
  const row = await db.selectFrom('execution').select('face').where('id', '=', id).executeTakeFirst();
  return (row?.face ?? null) as Face | null;
}
