import { executionsBefore } from '../../db/queries/executions-read.ts';
import { jobsAfter } from '../../db/queries/jobs.ts';
import type { VerbContext } from './context.ts';
import type { StoredExecution } from './get-execution.ts';
import { jobViewOf, type JobView } from './job-view.ts';

const JOBS_AT_ONCE = 200;
const EXECUTIONS_AT_ONCE = 500;

/** All jobs of the face in the order of their numbers, read page by page as they are asked for. */
export async function* exportJobs(ctx: VerbContext): AsyncGenerator<JobView, void> {
  for (let after = 0; ;) {
    const page = await jobsAfter(ctx.db, ctx.actor.face, after, JOBS_AT_ONCE);
    const now = ctx.now();
    for (const stored of page) yield jobViewOf(stored, now);
    const last = page.at(-1);
    if (last === undefined || page.length < JOBS_AT_ONCE) return;
    after = last.job.number;
  }
}

/** All executions of the face, the latest nominal time first, read page by page as they are asked for. */
export async function* exportHistory(ctx: VerbContext): AsyncGenerator<StoredExecution, void> {
  for (let before: { dueAt: number; id: string } | null = null; ;) {
    const page: StoredExecution[] = await executionsBefore(ctx.db, ctx.actor.face, before, EXECUTIONS_AT_ONCE);
    yield* page;
    const last = page.at(-1)?.execution;
    if (last === undefined || page.length < EXECUTIONS_AT_ONCE) return;
    before = { dueAt: last.dueAt, id: last.id };
  }
}
