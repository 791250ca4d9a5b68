import type { RawBuilder } from 'kysely';
import type { Face } from '../../domain/faces.ts';
import type { JobStatistics } from '../../domain/job.ts';
import { ON_DEMAND_KINDS, type JobPhase } from '../../domain/job-phase.ts';
import { sql, type Executor } from '../connect.ts';
import type { JobRow } from '../schema.ts';
import {
  conditionOf,
  STATISTICS,
  statisticsOf,
  STORED_JOB,
  storedJobOf,
  type JobFilter,
  type StateColumns,
  type StatisticsColumns,
  type StoredJob,
} from './jobs.ts';

const LIVE = sql.raw(`state in ('queued', 'waiting', 'running')`);
const STANDS = sql.raw(`j.enabled and j.paused_at is null and j.deleted_at is null`);
/** Spelled out, for the planner to take the index of such jobs. */
const ON_DEMAND = sql.raw(`j.kind in (${ON_DEMAND_KINDS.map((kind) => `'${kind}'`).join(', ')})`);

/*
 * Each list walks one index and looks up the other row of a job by its key. `offset 0` keeps it so: just after thousands
 * of jobs were made, the planner knows nothing of them yet, and was seen to compare all with all.
 */
const JOB_OF_STATE = sql.raw(`job_state s cross join lateral (select * from job j where j.id = s.job_id offset 0) j`);
const STATE_OF_JOB = sql.raw(`job j cross join lateral (select * from job_state s where s.job_id = j.id offset 0) s`);

/** `active`: a fire is to come, or the last one is under way; of it, both phases. */
export type ListedPhase = JobPhase | 'active';

interface Branch {
  readonly from: RawBuilder<unknown>;
  readonly condition: RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
}

/** A job keeps its seat as long as a fire is to come. Live executions are few: they are read once, not for each job. */
const CONDITIONS: Readonly<Record<JobPhase, (face: Face) => RawBuilder<unknown>>> = {
  scheduled: () => sql`${STANDS} and (s.clock_id is not null or ${ON_DEMAND})`,
  running: (face) => sql`${STANDS} and s.clock_id is null and not ${ON_DEMAND} and j.id in (${liveJobIds(face)})`,
  completed: (face) => sql`${STANDS} and s.clock_id is null and not ${ON_DEMAND} and j.id not in (${liveJobIds(face)})`,
  paused: () => sql`j.enabled and j.paused_at is not null and j.deleted_at is null`,
  disabled: () => sql`not j.enabled and j.deleted_at is null`,
};

/**
 * The jobs of a phase as disjoint branches, each read in the order of creation from an index of its own
 * (0007-task-lists). With a filter its index leads instead.
 */
function branchesOf(face: Face, phase: ListedPhase, filter: JobFilter): Branch[] {
  if (phase === 'active') return [...branchesOf(face, 'scheduled', filter), ...branchesOf(face, 'running', filter)];
  const condition = sql`${CONDITIONS[phase](face)} and ${conditionOf(filter)}`;
  const ofJobs = (more = sql`true`): Branch => {
    return { from: STATE_OF_JOB, condition: sql`j.face = ${face} and ${condition} and ${more}`, order: sql`j.id` };
  };
  const ofStates = (seat: RawBuilder<unknown>): Branch => {
    return { from: JOB_OF_STATE, condition: sql`s.face = ${face} and ${seat} and ${condition}`, order: sql`s.job_id` };
  };
  if (Object.keys(filter).length > 0 || phase === 'paused' || phase === 'disabled') return [ofJobs()];
  if (phase === 'scheduled') return [ofStates(sql`s.clock_id is not null`), ofJobs(ON_DEMAND)];
  return [ofStates(sql`s.clock_id is null`)];
}

function liveJobIds(face: Face) {
  return sql`select e.job_id from execution e where e.face = ${face} and e.${LIVE}`;
}

/** A page of a face's jobs of one phase, by id, which is the order of their creation, and whether more follow. */
export async function findJobsOfPhase(
  db: Executor,
  face: Face,
  page: { phase: ListedPhase; filter: JobFilter; limit: number; offset: number },
): Promise<{ jobs: StoredJob[]; hasMore: boolean }> {
  const enough = page.offset + page.limit + 1;
  const branches = branchesOf(face, page.phase, page.filter).map(
    ({ from, condition, order }) =>
      sql`(select j.id from ${from} where ${condition} order by ${order} limit ${enough})`,
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
  { phase, filter }: { phase: ListedPhase; filter: JobFilter },
): Promise<number> {
  if (phase === 'scheduled' && Object.keys(filter).length === 0) return countScheduled(db, face);
  const counts = branchesOf(face, phase, filter).map(
    ({ from, condition }) => sql`(select count(*) from ${from} where ${condition})`,
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

/** Whether one of a job's executions is queued, waiting or running, and what came of those before: as of one instant. */
export interface JobStanding {
  readonly live: boolean;
  readonly statistics: JobStatistics;
}

/** Where jobs stand, by id. */
export async function standingOf(db: Executor, jobIds: readonly string[]): Promise<Map<string, JobStanding>> {
  if (jobIds.length === 0) return new Map();
  const { rows } = await sql<StatisticsColumns & { job_id: string; live: boolean }>`
    select s.job_id, ${STATISTICS}, exists (select from execution e where e.job_id = s.job_id and e.${LIVE}) as live
    from job_state s where s.job_id = any(${[...jobIds]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.job_id, { live: row.live, statistics: statisticsOf(row) }]));
}
