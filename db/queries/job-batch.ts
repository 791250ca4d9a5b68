import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import type { Face } from '../../domain/faces.ts';
import { notifyJobs } from '../events.ts';
import { auditRow, type AuditEntry } from './audit.ts';
import { changeable, revisionRow, type NewJob } from './job-writes.ts';

/** A new job among many; `number` null: the next of the face's sequence. */
export interface BatchedJob {
  readonly job: NewJob;
  readonly number: number | null;
  readonly accountedUntil: Instant;
  readonly audit: AuditEntry;
}

/** Stores new jobs with their states, first revisions and audit, in one statement. Returns them with their numbers. */
export async function insertJobs(tx: Tx, face: Face, batch: readonly BatchedJob[]): Promise<Job[]> {
  if (batch.length === 0) return [];
  const states = batch.map(({ job, accountedUntil }) => {
    const accounted = new Date(accountedUntil);
    return { job_id: job.id, face, accounted_until: accounted, verified_until: accounted };
  });
  const rows = await tx
    .with('state', (cte) => cte.insertInto('job_state').values(states))
    .with('stored_revision', (cte) =>
      cte.insertInto('job_revision').values(batch.map(({ job }) => revisionRow(job, 'created'))),
    )
    .with('audited', (cte) => cte.insertInto('audit').values(batch.map(({ audit }) => auditRow(audit))))
    .insertInto('job')
    .values(
      batch.map(({ job, number }) => ({
        id: job.id,
        face,
        number: number ?? sql<number>`nextval(${`job_number_${face}`}::regclass)`,
        ...changeable(job),
        created_by: job.createdBy,
        created_at: new Date(job.createdAt),
      })),
    )
    .returning(['id', 'number'])
    .execute();
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
