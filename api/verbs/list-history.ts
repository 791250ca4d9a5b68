import { findExecutions, type StoredExecution } from '../../db/queries/executions-read.ts';
import { countKept, hostsOf } from '../../db/queries/history.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';
import type { JobKey } from './job-view.ts';
import { getKeptJob } from './kept-job.ts';

/** An execution, and the host of the process that ran it; empty where none did. */
export type HistoryEntry = StoredExecution & { readonly hostName: string };

export interface History {
  readonly entries: readonly HistoryEntry[];
  /** All that are kept and fit. */
  readonly total: number;
}

/** A page of what is kept of a job's executions, or of the face's, the latest first. Throws JOB_NOT_FOUND. */
export async function listHistory(
  ctx: Pick<VerbContext, 'db' | 'actor' | 'now'>,
  asked: {
    job: JobKey | null;
    /** Whether the job may be a deleted one. */
    withDeleted: boolean;
    states: readonly ExecutionState[] | null;
    limit: number;
    offset: number;
  },
): Promise<History> {
  const { face } = ctx.actor;
  const { job, states, limit, offset } = asked;
  const jobId = job === null ? null : (await getKeptJob(ctx, job, asked.withDeleted)).job.id;
  const filter = { ...(jobId !== null && { jobId }), ...(states !== null && { states }) };
  const [counts, { executions }] = await Promise.all([
    countKept(ctx.db, face, jobId),
    findExecutions(ctx.db, face, { filter, limit, offset }),
  ]);
  const ran = executions.flatMap(({ execution }) => execution.workerId ?? []);
  const hosts = await hostsOf(ctx.db, [...new Set(ran)]);
  const wanted = states ?? (Object.keys(counts) as ExecutionState[]);
  return {
    entries: executions.map((one) => ({ ...one, hostName: hosts.get(one.execution.workerId ?? '') ?? '' })),
    total: wanted.reduce((sum, state) => sum + (counts[state] ?? 0), 0),
  };
}
