import type { RawBuilder } from 'kysely';
import type { Face } from '../../domain/faces.ts';
import type { JobPhase } from '../../domain/job-phase.ts';
import { sql, type Executor } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import { conditionOf, STORED_JOB, storedJobOf, type JobFilter, type StateColumns, type StoredJob } from './jobs.ts';

const LIVE = sql.raw(`state in ('queued', 'waiting', 'running')`);
const STANDS = sql.raw(`j.enabled and j.paused_at is null and j.deleted_at is null`);
const ON_DEMAND = sql.raw(`j.kind in ('none', 'event')`);

/**
 * The jobs of each phase as disjoint conditions, each with an index in the order of ids (0007-task-lists). A job keeps
 * its seat as long as a fire is to come. Live executions are few: they are read once, not for each job.
 */
const BRANCHES: Readonly<Record<JobPhase, (face: Face) => readonly RawBuilder<unknown>[]>> = {
  scheduled: (face) => [
    sql`s.face = ${face} and s.clock_id is not null and ${STANDS}`,
    sql`j.face = ${face} and ${ON_DEMAND} and ${STANDS}`,
  ],
  running: (face) => [sql`${spent(face)} and j.id in (${liveJobIds(face)})`],
  completed: (face) => [sql`${spent(face)} and j.id not in (${liveJobIds(face)})`],
  paused: (face) => [sql`j.face = ${face} and j.enabled and j.paused_at is not null and j.deleted_at is null`],
  disabled: (face) => [sql`j.face = ${face} and not j.enabled and j.deleted_at is null`],
};

function spent(face: Face) {
  return sql`s.face = ${face} and s.clock_id is null and not ${ON_DEMAND} and ${STANDS}`;
}

function liveJobIds(face: Face) {
  return sql`select e.job_id from execution e where e.face = ${face} and e.${LIVE}`;
}

/** A page of a face's jobs of one phase, by id, which is the order of their creation, and whether more follow. */
export async function findJobsOfPhase(
  db: Executor,
  face: Face,
  page: { phase: JobPhase; filter: JobFilter; limit: number; offset: number },
): Promise<{ jobs: StoredJob[]; hasMore: boolean }> {
  const enough = page.offset + page.limit + 1;
  const branches = BRANCHES[page.phase](face).map(
    (condition) => sql`(select j.id from job j join job_state s on s.job_id = j.id
      where ${condition} and ${conditionOf(page.filter)} order by j.id limit ${enough})`,
  );
  const { rows } = await sql<JobRow & StateColumns>`
    select ${STORED_JOB} from (
      select id from (${sql.join(branches, sql` union all `)}) every
      order by id limit ${page.limit + 1} offset ${page.offset}) p
    join job j on j.id = p.id join job_state s on s.job_id = p.id order by p.id`.execute(db);
  return { jobs: rows.slice(0, page.limit).map(storedJobOf), hasMore: rows.length > page.limit };
}

/** How many jobs of a face are of a phase and fit. */
export async function countJobsOfPhase(
  db: Executor,
  face: Face,
  { phase, filter }: { phase: JobPhase; filter: JobFilter },
): Promise<number> {
  const counts = BRANCHES[phase](face).map(
    (condition) => sql`(select count(*) from job j join job_state s on s.job_id = j.id
      where ${condition} and ${conditionOf(filter)})`,
  );
  const { rows } = await sql<{ total: number }>`select ${sql.join(counts, sql` + `)} as total`.execute(db);
  return rows[0]?.total ?? 0;
}

/** How many jobs of a face have a fire to come, or wait to be asked: from two small indexes alone. */
export async function countScheduled(db: Executor, face: Face): Promise<number> {
  const { rows } = await sql<{ total: number }>`select
    (select count(*) from job_state s where s.face = ${face} and s.clock_id is not null) +
    (select count(*) from job j where j.face = ${face} and ${ON_DEMAND} and ${STANDS}) as total`.execute(db);
  return rows[0]?.total ?? 0;
}

/** Those of these jobs that have an execution which is queued, waiting or running. */
export async function liveAmong(db: Executor, jobIds: readonly string[]): Promise<Set<string>> {
  if (jobIds.length === 0) return new Set();
  const { rows } = await sql<{ job_id: string }>`select distinct e.job_id from execution e
    where e.job_id = any(${[...jobIds]}::uuid[]) and e.${LIVE}`.execute(db);
  return new Set(rows.map((row) => row.job_id));
}
