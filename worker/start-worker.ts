import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { Deps } from '../activities/deps.ts';
import { QUEUES } from '../workflows/queues.ts';

export interface RunningWorker {
  /** Actions that run now, for the instance's heartbeat. */
  load(): number;
  /** Rejects when a worker fails for good; resolves when all have stopped. */
  readonly ended: Promise<void>;
  /** Takes no more work, lets what runs finish, bounded by the drain. */
  stop(): Promise<void>;
}

/** ENGINE.md section 4, "Design": values measured on two cores. */
const POLLERS = { type: 'autoscaling', initial: 5, maximum: 20 } as const;

/**
 * Serves the three task queues (DESIGN section 3.4) from one process: `control` with all workflows, `clocks` with slots
 * for at least four fires of each clock, `actions` with `deps.slots`.
 */
export async function startWorker(options: {
  connection: NativeConnection;
  namespace: string;
  workflowBundle: WorkflowBundleOption;
  deps: Deps;
  drainMs: number;
}): Promise<RunningWorker> {
  const { connection, namespace, workflowBundle, deps, drainMs } = options;
  const { activities, load } = createActivities(deps);
  const every = {
    connection,
    namespace,
    identity: deps.instanceId,
    workflowTaskPollerBehavior: POLLERS,
    activityTaskPollerBehavior: POLLERS,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: drainMs / 2,
    shutdownForceTime: drainMs,
  } as const;
  const { fire, run, ...control } = activities;
  const workers = await Promise.all([
    Worker.create({
      ...every,
      taskQueue: QUEUES.control,
      workflowBundle,
      activities: control,
      maxConcurrentWorkflowTaskExecutions: 40,
      maxConcurrentActivityTaskExecutions: 100,
      maxCachedWorkflows: 1000,
      stickyQueueScheduleToStartTimeout: '2s',
    }),
    Worker.create({
      ...every,
      taskQueue: QUEUES.clocks,
      activities: { fire },
      maxConcurrentActivityTaskExecutions: 400,
    }),
    Worker.create({
      ...every,
      taskQueue: QUEUES.actions,
      activities: { run },
      maxConcurrentActivityTaskExecutions: deps.slots,
    }),
  ]);
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  return {
    load,
    ended,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}
