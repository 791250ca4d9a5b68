import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, Worker, type NativeConnection } from '@temporalio/worker';
import { BARE_ACTIONS, type oneActivity } from './one-activity.ts';

export interface BareRuns {
  /** Starts a run eagerly, as the product starts one by hand; resolves when it has ended. */
  run(id: string): Promise<void>;
  /** When the activity of a run began. */
  startedAt(id: string): number;
  stop(): Promise<void>;
}

const CONTROL = 'bare-control';
/** The product's own settings (`worker/start-worker.ts`), so that only what it does beside Temporal differs. */
const POLLERS = { type: 'autoscaling', initial: 5, maximum: 20 } as const;

/** Workers in this process for workflows of one activity that does nothing. */
export async function startBareRuns(connection: NativeConnection, client: Client, slots: number): Promise<BareRuns> {
  const startedAt = new Map<string, number>();
  const act = async (id: string) => void startedAt.set(id, Date.now());
  const workflowsPath = fileURLToPath(new URL('one-activity.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const every = { connection, workflowTaskPollerBehavior: POLLERS, activityTaskPollerBehavior: POLLERS };
  const control = {
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 1000,
    stickyQueueScheduleToStartTimeout: '2s',
  } as const;
  const workers = await Promise.all([
    Worker.create({ ...every, ...control, taskQueue: CONTROL, workflowBundle }),
    Worker.create({
      ...every,
      taskQueue: BARE_ACTIONS,
      activities: { act },
      maxConcurrentActivityTaskExecutions: slots,
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    async run(id) {
      const handle = await client.workflow.start<typeof oneActivity>('oneActivity', {
        workflowId: id,
        taskQueue: CONTROL,
        args: [id],
        requestEagerStart: true,
      });
      await handle.result();
    },
    startedAt: (id) => startedAt.get(id) ?? Number.NaN,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}
