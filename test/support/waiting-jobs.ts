import { runJob, type StartedRun } from '../../api/verbs/run-job.ts';
import type { Dependency } from '../../domain/dependencies.ts';
import { isTerminal, type Execution } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import type { TestEngine } from './engine.ts';
import type { SpecOverrides } from './job-specs.ts';
import { executionById, ledgerOf } from './ledger.ts';
import { until } from './until.ts';

export const on = (job: Job, type: Dependency['type'] = 'success'): Dependency => ({ jobId: job.id, type });

/** Jobs that wait for one another, and what became of them. */
export function waitingJobs(of: () => TestEngine) {
  const runs = (job: Job) => ledgerOf(of().db, job.id);
  const jobs = {
    /** A job without a schedule, that waits for these. */
    make: (name: string, dependencies: readonly Dependency[] = [], more: SpecOverrides = {}): Promise<Job> =>
      of().createJob({ name, schedule: { kind: 'none' }, ...(dependencies.length > 0 && { dependencies }), ...more }),

    /** One that fires now, and is held. */
    fire: (name: string, dependencies: readonly Dependency[], more: SpecOverrides = {}): Promise<Job> =>
      of().createJob({ name, schedule: { kind: 'immediate' }, dependencies, ...more }),

    start: (job: Job): Promise<StartedRun> => runJob(of().ctx, { job: { id: job.id }, force: false, parameters: {} }),

    ended: (executionId: string): Promise<Execution> =>
      until('the run has ended', async () => {
        const row = await executionById(of().db, executionId);
        return isTerminal(row.state) && row;
      }),

    /** Runs it by hand to its end. */
    async run(job: Job): Promise<Execution> {
      return jobs.ended((await jobs.start(job)).executionId);
    },

    runs,

    /** The only execution of a job, once it is in this state. */
    only: (job: Job, state: Execution['state']): Promise<Execution> =>
      until(`"${job.name}" is ${state}`, async () => {
        const [row, ...more] = await runs(job);
        if (more.length > 0) throw new Error(`"${job.name}" has ${more.length + 1} executions`);
        return row?.state === state && row;
      }),

    /** All that it came to so far, once there are so many that have ended. */
    count: (job: Job, count: number): Promise<Execution[]> =>
      until(`"${job.name}" has ended ${count} times`, async () => {
        const rows = (await runs(job)).filter((row) => isTerminal(row.state));
        return rows.length >= count && rows;
      }),
  };
  return jobs;
}
