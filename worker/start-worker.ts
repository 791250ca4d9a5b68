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
 * How long a step of a workflow may take by the clock on the wall. Node dies of the SDK's 5 s where a process stands still
 * in a step (nodejs/node#38503), and with it all that runs. Not in the SDK's types yet; what is too late the server tries again.
 */
const LONGEST_STEP = { isolateExecutionTimeout: '60s' } as const;

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
  /** When, in the drain, actions that still run are told to stop: half of it where nothing is said. */
  graceMs?: number;
}): Promise<RunningWorker> {
  const { connection, namespace, workflowBundle, deps, drainMs, graceMs = drainMs / 2 } = options;
  const { activities, load } = createActivities(deps);
  const every = {
    connection,
    namespace,
    identity: deps.instanceId,
    workflowTaskPollerBehavior: POLLERS,
    activityTaskPollerBehavior: POLLERS,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: graceMs,
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
      ...LONGEST_STEP,
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
