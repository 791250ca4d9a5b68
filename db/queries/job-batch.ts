import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import type { Face } from '../../domain/faces.ts';
import { notifyJobs } from '../events.ts';
import { auditRow, type AuditEntry } from './audit.ts';
import { AUDIT_COLUMNS, insertAll, REVISION_COLUMNS } from './insert-all.ts';
import { changeable, revisionRow, type NewJob } from './job-writes.ts';

/** A new job among many; `number` null: the next of the face's sequence. */
export interface BatchedJob {
  readonly job: NewJob;
  readonly number: number | null;
  readonly accountedUntil: Instant;
  readonly audit: AuditEntry;
}

/** The columns of a batch as they travel: `json` ones as text. */
const JOB = {
  ...{ id: 'uuid', face: 'text', number: 'bigint', name: 'text', description: 'text', kind: 'text', schedule: 'json' },
  ...{ action_type: 'text', action: 'json', policy: 'json', variables: 'json', tags: 'text[]', extra: 'json' },
  ...{ dependencies: 'json', enabled: 'boolean', paused_at: 'timestamptz', disabled_by: 'text' },
  ...{ disabled_reason: 'text', revision: 'integer', spec_revision: 'integer', created_by: 'text' },
  ...{ created_at: 'timestamptz', updated_by: 'text', updated_at: 'timestamptz' },
} as const;
const STATE = { job_id: 'uuid', face: 'text', accounted_until: 'timestamptz', verified_until: 'timestamptz' } as const;
/**
 * Stores new jobs with their states, first revisions and audit, in one statement. Returns them with their numbers. The
 * rows travel as one parameter: with one for each value Postgres takes several times as long.
 */
export async function insertJobs(tx: Tx, face: Face, batch: readonly BatchedJob[]): Promise<Job[]> {
  if (batch.length === 0) return [];
  const jobs = batch.map(({ job, number }) => {
    return {
      ...changeable(job),
      id: job.id,
      face,
      number,
      created_by: job.createdBy,
      created_at: new Date(job.createdAt),
    };
  });
  const states = batch.map(({ job, accountedUntil: at }) => {
    return { job_id: job.id, face, accounted_until: new Date(at), verified_until: new Date(at) };
  });
  const { rows } = await sql<{ id: string; number: number }>`
    with state as (${insertAll('job_state', STATE, states)}),
      stored_revision as (${insertAll(
        'job_revision',
        REVISION_COLUMNS,
        batch.map(({ job, audit }) => revisionRow(job, 'created', audit)),
      )}),
      audited as (${insertAll(
        'audit',
        AUDIT_COLUMNS,
        batch.map(({ audit }) => auditRow(audit)),
      )})
    ${insertAll('job', JOB, jobs, { number: sql`coalesce(number, nextval(${`job_number_${face}`}::regclass))` })}
    returning id, number`.execute(tx);
  await notifyJobs(
    tx,
    rows.map((row) => row.id),
    'created',
  );
  const numbers = new Map(rows.map((row) => [row.id, row.number]));
  return batch.map(({ job }) => ({ ...job, number: numbers.get(job.id) ?? 0 }));
}

/** What an import matches by: every job of the face that stands. */
export interface KnownJob {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  /** The id that it had where it was exported, when it could not keep it. */
  readonly importedFrom: string | null;
}

export async function knownJobs(tx: Tx, face: Face): Promise<KnownJob[]> {
  const { rows } = await sql<KnownJob>`select id, number, name, extra ->> 'importedFrom' as "importedFrom" from job
    where face = ${face} and deleted_at is null order by number`.execute(tx);
  return rows;
}

/** Those of these ids and numbers that some job has or had. */
export async function takenIdentities(
  tx: Tx,
  face: Face,
  wanted: { ids: readonly string[]; numbers: readonly number[] },
): Promise<{ ids: Set<string>; numbers: Set<number> }> {
  const ids = await sql<{ id: string }>`select id from job where id = any(${[...wanted.ids]}::uuid[])`.execute(tx);
  const numbers = await sql<{ number: number }>`
    select number from job where face = ${face} and number = any(${[...wanted.numbers]}::bigint[])`.execute(tx);
  return { ids: new Set(ids.rows.map((row) => row.id)), numbers: new Set(numbers.rows.map((row) => row.number)) };
}

/** The face's sequence goes on after `number`, if it has not come so far yet. */
export async function passNumber(tx: Tx, face: Face, number: number): Promise<void> {
  const sequence = `job_number_${face}`;
  await sql`select setval(${sequence}::regclass, greatest((select last_value from ${sql.table(sequence)}), ${number}))`.execute(
    tx,
  );
}
