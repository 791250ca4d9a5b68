import { countRunning } from '../../db/queries/history.ts';
import { listLiveInstances, type Instance } from '../../db/queries/instances.ts';
import { countKeptJobs } from '../../db/queries/kept-jobs.ts';
import type { VerbContext } from './context.ts';

export interface SchedulerStatus {
  /** A worker lives and takes work, and Temporal answers. */
  readonly isRunning: boolean;
  /** The one asked for, else the oldest live worker, else the oldest live process. Null: none lives. */
  readonly instance: Instance | null;
  /** Live processes of the service. */
  readonly activeInstances: number;
  readonly totalJobs: number;
  readonly enabledJobs: number;
  readonly runningExecutions: number;
}

/** How the scheduler stands, by its processes' heartbeats, and what the face has (console.txt, Get Scheduler Status). */
export async function schedulerStatus(
  ctx: Pick<VerbContext, 'db' | 'actor' | 'engine'>,
  instanceId?: string,
): Promise<SchedulerStatus> {
  const { face } = ctx.actor;
  const [instances, totalJobs, enabledJobs, runningExecutions, isEngineUp] = await Promise.all([
    listLiveInstances(ctx.db),
    countKeptJobs(ctx.db, face, { withDeleted: false }),
    countKeptJobs(ctx.db, face, { withDeleted: false, enabled: true }),
    countRunning(ctx.db, face),
    ctx.engine.ensureReachable().then(
      () => true,
      () => false,
    ),
  ]);
  const workers = instances.filter(({ roles }) => roles.includes('worker'));
  const asked = instances.find(({ id }) => id === instanceId);
  return {
    isRunning: isEngineUp && workers.some(({ status }) => status === 'active'),
    instance: asked ?? workers[0] ?? instances[0] ?? null,
    activeInstances: instances.length,
    totalJobs,
    enabledJobs,
    runningExecutions,
  };
}
