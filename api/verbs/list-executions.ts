import { atOneInstant } from '../../db/connect.ts';
import {
  countUnended,
  countUnendedOfFace,
  findExecutions,
  type StoredExecution,
} from '../../db/queries/executions-read.ts';
import type { JobKey } from '../../db/queries/jobs.ts';
import { faceTotals, jobTotals } from '../../db/queries/statistics.ts';
import { successRate, type ExecutionState } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { getJob } from './get-job.ts';
import type { JobView } from './job-view.ts';

export interface ExecutionQuery {
  readonly states?: readonly ExecutionState[] | undefined;
  /** Nominal times `[from, to)`. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly limit: number;
  readonly offset: number;
  /** Whether the total counts those that have not ended, too. */
  readonly countsUnended?: boolean;
}

export interface ExecutionPage {
  readonly executions: readonly StoredExecution[];
  readonly hasMore: boolean;
  /** Ended executions that fit (all, where asked for): from counters and roll-ups, so a range counts by the whole hours that it touches. */
  readonly total: number;
  /** 0–1 over the same range, whatever the states asked for; null when nothing counts. */
  readonly successRate: number | null;
}

/** A page of a job's history, the latest nominal time first. Throws JOB_NOT_FOUND. */
export async function listJobExecutions(
  ctx: VerbContext,
  key: JobKey,
  query: ExecutionQuery,
): Promise<ExecutionPage & { readonly view: JobView }> {
  return atOneInstant(ctx.db, async (db) => {
    const view = await getJob({ ...ctx, db }, key);
    const { id } = view.job;
    const ranged = query.from !== undefined || query.to !== undefined;
    const counts = ranged ? await jobTotals(db, id, query) : view.statistics;
    const unended = query.countsUnended === true ? await countUnended(db, id, filterOf(query)) : {};
    const page = await findExecutions(db, ctx.actor.face, { ...query, filter: { ...filterOf(query), jobId: id } });
    return { view, ...page, total: totalOf(counts, query.states, unended), successRate: successRate(counts) };
  });
}

/** A page of all executions of the face, the latest nominal time first. */
export async function listExecutions(ctx: VerbContext, query: ExecutionQuery): Promise<ExecutionPage> {
  const { face } = ctx.actor;
  return atOneInstant(ctx.db, async (db) => {
    const counts = await faceTotals(db, face, query);
    const unended = query.countsUnended === true ? await countUnendedOfFace(db, face, filterOf(query)) : {};
    const page = await findExecutions(db, face, { ...query, filter: filterOf(query) });
    return { ...page, total: totalOf(counts, query.states, unended), successRate: successRate(counts) };
  });
}

function filterOf({ states, from, to }: ExecutionQuery) {
  return {
    ...(states !== undefined && { states }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
}

function totalOf(
  counts: Counts,
  states: readonly ExecutionState[] | undefined,
  unended: Partial<Record<ExecutionState, number>> = {},
): number {
  const { succeeded, failed, timedOut: timed_out, cancelled, skipped, missed } = counts;
  const all: Partial<Record<ExecutionState, number>> = {
    ...unended,
    ...{ succeeded, failed, timed_out, cancelled, skipped, missed },
  };
  const wanted = states ?? (Object.keys(all) as ExecutionState[]);
  return wanted.reduce((sum, state) => sum + (all[state] ?? 0), 0);
}
