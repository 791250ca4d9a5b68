import { isGated } from '../../domain/dependencies.ts';
import type { Face } from '../../domain/faces.ts';
import type { Job, JobSpec } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { notifyJob } from '../events.ts';
import { auditRow, type AuditEntry } from './audit.ts';
import { findJob, keyIs, type JobKey, type StoredJob } from './jobs.ts';

/** A job as it enters the store; its number comes from the face's own sequence. */
export type NewJob = Omit<Job, 'number'>;

/** Locks the state row of a job of a face; says its id, or null when there is no such job. */
export async function lockJobRow(tx: Tx, face: Face, key: JobKey): Promise<string | null> {
  const { rows } = await sql<{ job_id: string }>`
    select s.job_id from job_state s where s.job_id = (
      select j.id from job j where j.face = ${face} and ${keyIs(key)} and j.deleted_at is null) for update`.execute(tx);
  return rows[0]?.job_id ?? null;
}

/** Locks a job, then reads it in a statement of its own (DESIGN section 3, "Claims"); null when there is none. */
export async function lockJob(tx: Tx, face: Face, key: JobKey): Promise<StoredJob | null> {
  const id = await lockJobRow(tx, face, key);
  return id === null ? null : findJob(tx, face, { id });
}

/** How many jobs a face has, counted alone: until the end of the transaction nobody else passes here. */
export async function countJobsExclusively(tx: Tx, face: Face): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext(${`almanac.jobs.${face}`}))`.execute(tx);
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from job where face = ${face} and deleted_at is null`.execute(tx);
  return rows[0]?.total ?? 0;
}

/** How many jobs of a face someone has made, counted alone: until the end of the transaction no other of theirs passes. */
export async function countJobsOfCreatorExclusively(tx: Tx, face: Face, createdBy: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`almanac.jobs.${face}.${createdBy}`}, 0))`.execute(tx);
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from job where face = ${face} and created_by = ${createdBy} and deleted_at is null`.execute(
    tx,
  );
  return rows[0]?.total ?? 0;
}

/** Stores a new job with its state, first revision and audit, in one statement. Returns the job with its number. */
export async function insertJob(
  tx: Tx,
  job: NewJob,
  from: { accountedUntil: Instant; audit: AuditEntry },
): Promise<Job> {
  const at = new Date(job.createdAt);
  const accounted = new Date(from.accountedUntil);
  const { number } = await tx
    .with('state', (cte) =>
      cte
        .insertInto('job_state')
        .values({ job_id: job.id, face: job.face, accounted_until: accounted, verified_until: accounted }),
    )
    .with('stored_revision', (cte) => cte.insertInto('job_revision').values(revisionRow(job, 'created', from.audit)))
    .with('audited', (cte) => cte.insertInto('audit').values(auditRow(from.audit)))
    .insertInto('job')
    .values({
      id: job.id,
      face: job.face,
      number: sql<number>`nextval(${`job_number_${job.face}`}::regclass)`,
      ...changeable(job),
      created_by: job.createdBy,
      created_at: at,
    })
    .returning('number')
    .executeTakeFirstOrThrow();
  await notifyJob(tx, job.id, 'created');
  return { ...job, number };
}

/**
 * Stores what a job has become, with its revision and audit, in one statement. `change` is one word, such as `updated`.
 * The caller holds the job's lock.
 */
export async function storeChange(tx: Tx, job: Job, change: string, audit: AuditEntry): Promise<void> {
  await tx
    .with('stored_revision', (cte) => cte.insertInto('job_revision').values(revisionRow(job, change, audit)))
    .with('audited', (cte) => cte.insertInto('audit').values(auditRow(audit)))
    .updateTable('job')
    .set({ ...changeable(job), ...(change === 'deleted' && { deleted_at: new Date(job.updatedAt) }) })
    .where('id', '=', job.id)
    .execute();
  await notifyJob(tx, job.id, change);
}

/** What a revision stores: enough to restore a job and to explain why it did or did not fire. */
export function revisionRow(job: NewJob, change: string, { roles }: Pick<AuditEntry, 'roles'>) {
  const { name, description, schedule, action, policy, variables, tags, enabled, extra, dependencies } =
    job satisfies JobSpec;
  const spec = { name, description, schedule, action, policy, variables, tags, enabled, extra, dependencies };
  return {
    job_id: job.id,
    revision: job.revision,
    at: new Date(job.updatedAt),
    by: job.updatedBy,
    by_roles: roles === undefined ? null : [...roles],
    change,
    spec: JSON.stringify({ ...spec, pausedAt: job.pausedAt, specRevision: job.specRevision }),
  };
}

/** The columns that a change may touch. */
export function changeable(job: NewJob) {
  return {
    name: job.name,
    description: job.description,
    kind: job.schedule.kind,
    schedule: JSON.stringify(job.schedule),
    action_type: job.action.type,
    action: JSON.stringify(job.action),
    policy: JSON.stringify(job.policy),
    variables: JSON.stringify(job.variables),
    tags: [...job.tags],
    extra: JSON.stringify(job.extra),
    dependencies: isGated(job) ? JSON.stringify(job.dependencies) : null,
    enabled: job.enabled,
    paused_at: job.pausedAt === null ? null : new Date(job.pausedAt),
    disabled_by: job.disabledBy,
    disabled_reason: job.disabledReason,
    // A bulk operation brings back only what is still as it left it.
    ...(job.disabledBy !== 'bulk' && { disabled_by_bulk: null }),
    revision: job.revision,
    spec_revision: job.specRevision,
    updated_by: job.updatedBy,
    updated_at: new Date(job.updatedAt),
  };
}
