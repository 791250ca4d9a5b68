import type { Face } from '../../domain/faces.ts';
import { sql, type Executor } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { countJobs, keyIs, STORED_JOB, storedJobOf, type JobKey, type StateColumns, type StoredJob } from './jobs.ts';

/** A job that may be deleted: its tombstone keeps what it was (console.txt, "Soft delete"). */
export interface StoredKeptJob {
  readonly stored: StoredJob;
  readonly isDeleted: boolean;
}

export interface KeptFilter {
  readonly enabled?: boolean | undefined;
  readonly kind?: string | undefined;
  /** Deleted ones, too. */
  readonly withDeleted: boolean;
}

type Row = JobRow & StateColumns;
const keptOf = (row: Row): StoredKeptJob => ({ stored: storedJobOf(row), isDeleted: row.deleted_at !== null });

export async function findKeptJob(
  db: Executor,
  face: Face,
  key: JobKey,
  withDeleted: boolean,
): Promise<StoredKeptJob | null> {
  const { rows } = await sql<Row>`select ${STORED_JOB} from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and ${keyIs(key)} and (${withDeleted}::boolean or j.deleted_at is null)`.execute(db);
  return rows[0] === undefined ? null : keptOf(rows[0]);
}

/** A page of a face's jobs in the order of their creation; without a limit all of them, in one snapshot. */
export async function findKeptJobs(
  db: Executor,
  face: Face,
  page: { filter: KeptFilter; limit?: number; offset?: number },
): Promise<StoredKeptJob[]> {
  const { filter, limit = null, offset = 0 } = page;
  const { rows } = await sql<Row>`select ${STORED_JOB} from job j join job_state s on s.job_id = j.id
    where j.face = ${face} and ${conditionOf(filter)}
    order by j.number limit ${limit} offset ${offset}`.execute(db);
  return rows.map(keptOf);
}

/**
 * How many of a face's jobs fit. Of those that are not deleted the tally knows the total, and a small index those that
 * are disabled: what is enabled is the rest.
 */
export async function countKeptJobs(db: Executor, face: Face, filter: KeptFilter): Promise<number> {
  const { enabled, kind, withDeleted } = filter;
  const kinds = kind === undefined ? {} : { kinds: [kind] };
  if (!withDeleted && enabled === undefined) return (await countJobs(db, face, kinds)).total;
  if (!withDeleted && enabled === true) {
    const [all, disabled] = await Promise.all([
      countJobs(db, face, kinds),
      countKeptJobs(db, face, { ...filter, enabled: false }),
    ]);
    return all.total - disabled;
  }
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from job j where j.face = ${face} and ${conditionOf(filter)}`.execute(db);
  return rows[0]?.total ?? 0;
}

function conditionOf({ enabled, kind, withDeleted }: KeptFilter) {
  const conditions = [withDeleted ? sql`true` : sql`j.deleted_at is null`];
  if (enabled !== undefined) conditions.push(enabled ? sql`j.enabled` : sql`not j.enabled`);
  if (kind !== undefined) conditions.push(sql`j.kind = ${kind}`);
  return sql.join(conditions, sql` and `);
}
