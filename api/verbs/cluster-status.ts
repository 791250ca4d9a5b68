import { listLiveInstances } from '../../db/queries/instances.ts';
import { countScheduled } from '../../db/queries/phases.ts';
import { waitingByPriority } from '../../db/queries/workers.ts';
import { priorityWord, type PriorityWord } from '../../domain/policy.ts';
import type { VerbContext } from './context.ts';
import { listWorkers } from './list-workers.ts';

export interface ClusterStatus {
  /** `unhealthy`: no worker lives, or Temporal does not answer. */
  readonly health: 'healthy' | 'unhealthy';
  /** The ids of the live processes: the oldest leads (DECISIONS section 9). Null: none lives. */
  readonly leader: string | null;
  readonly followers: readonly string[];
  readonly scheduled: number;
  readonly workers: { total: number; active: number; inactive: number; capacity: number; load: number };
  /** Executions that are due and have not begun. */
  readonly waiting: Readonly<Record<PriorityWord, number>>;
}

/** How the service stands: its processes, and what the face's jobs wait for. Asks of Temporal only whether it is there. */
export async function clusterStatus(ctx: VerbContext): Promise<ClusterStatus> {
  const { face } = ctx.actor;
  const [instances, workers, scheduled, queue, isEngineUp] = await Promise.all([
    listLiveInstances(ctx.db),
    listWorkers(ctx),
    countScheduled(ctx.db, face),
    waitingByPriority(ctx.db, face),
    ctx.engine.ensureReachable().then(
      () => true,
      () => false,
    ),
  ]);
  const [leader, ...followers] = instances.map(({ id }) => id);
  const alive = workers.filter(({ status }) => status !== 'inactive');
  const waiting = { high: 0, medium: 0, low: 0 };
  for (const { priority, count } of queue) waiting[priorityWord(priority)] += count;
  return {
    health: isEngineUp && alive.length > 0 ? 'healthy' : 'unhealthy',
    leader: leader ?? null,
    followers,
    scheduled,
    workers: {
      total: workers.length,
      active: alive.length,
      inactive: workers.length - alive.length,
      capacity: alive.reduce((sum, worker) => sum + worker.capacity, 0),
      load: alive.reduce((sum, worker) => sum + worker.load, 0),
    },
    waiting,
  };
}
