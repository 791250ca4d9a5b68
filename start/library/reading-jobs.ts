import { executionShape } from '../../api/faces/console/translate/execution-shape.ts';
import { jobShape } from '../../api/faces/console/translate/job-shape.ts';
import { JOB_TYPES, statesOf } from '../../api/faces/console/translate/lookups.ts';
import { windowOf } from '../../api/faces/console/translate/page-shape.ts';
import type { VerbContext } from '../../api/verbs/context.ts';
import { getKeptJob, type KeptJob } from '../../api/verbs/kept-job.ts';
import { listHistory, type HistoryEntry } from '../../api/verbs/list-history.ts';
import { listKeptJobs } from '../../api/verbs/list-kept-jobs.ts';
import { invalid } from '../../domain/errors.ts';
import type { ExecutionFilters, JobFilters, ScheduledJob, ScheduledJobExecution } from './scheduler.ts';
import { withoutNulls } from './without-nulls.ts';

export function shownJob(view: KeptJob): ScheduledJob {
  return withoutNulls(jobShape(view));
}

export function shownExecution(entry: HistoryEntry): ScheduledJobExecution {
  return withoutNulls(executionShape(entry));
}

/** Throws JOB_NOT_FOUND. */
export async function readJob(ctx: VerbContext, jobId: number): Promise<ScheduledJob> {
  return shownJob(await getKeptJob(ctx, { number: jobId, shown: String(jobId) }, false));
}

interface Asked<Filters> {
  readonly filters?: Filters | undefined;
  readonly page?: number | undefined;
  readonly perPage?: number | undefined;
}

/** A page of jobs, and how many there are in all. */
export async function readJobs(ctx: VerbContext, asked: Asked<JobFilters>): Promise<[ScheduledJob[], number]> {
  const { isEnabled: enabled, jobTypeId, includeInactive: withDeleted = false } = asked.filters ?? {};
  const kind = jobTypeId === undefined ? undefined : JOB_TYPES.find(({ id }) => id === jobTypeId)?.name;
  if (jobTypeId !== undefined && kind === undefined)
    throw invalid('INVALID_INPUT', [{ path: 'jobTypeId', message: 'must be 1 (interval) or 2 (cron)' }]);
  const { jobs, total } = await listKeptJobs(ctx, { filter: { enabled, kind, withDeleted }, ...pageOf(asked) });
  return [jobs.map(shownJob), total];
}

/** A page of a job's executions, or of all, and how many there are. */
export async function readHistory(
  ctx: VerbContext,
  jobId: number | null,
  asked: Asked<ExecutionFilters>,
): Promise<[ScheduledJobExecution[], number]> {
  const { statusId } = asked.filters ?? {};
  const states = statusId === undefined ? null : statesOf(statusId);
  if (statusId !== undefined && states === null)
    throw invalid('INVALID_INPUT', [{ path: 'statusId', message: 'must be one of getExecutionStatuses()' }]);
  const job = jobId === null ? null : { number: jobId, shown: String(jobId) };
  const found = await listHistory(ctx, { job, withDeleted: jobId === null, states, ...pageOf(asked) });
  return [found.entries.map(shownExecution), found.total];
}

function pageOf({ page = 1, perPage = 20 }: Asked<unknown>) {
  const isWhole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isWhole(page, 10_000_000) || !isWhole(perPage, 100)) {
    throw invalid('INVALID_INPUT', [{ path: 'page', message: 'pages count from 1, and perPage is at most 100' }]);
  }
  return windowOf({ page, per_page: perPage });
}
