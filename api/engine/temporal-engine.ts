import type { Client } from '@temporalio/client';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
  type Connection,
} from '@temporalio/client';
import { DomainError } from '../../domain/errors.ts';
import type { RunSpec } from '../../domain/run.ts';
import { runOptionsOf } from '../../domain/run-options.ts';
import type { Engine } from './engine.ts';
import { ACTIONS_QUEUE, CONTROL_QUEUE, WORKFLOWS } from './names.ts';
import { Poker } from './poker.ts';
import { statusOf, type WorkflowStatus } from './workflow-status.ts';

/** Temporal is asked again whether it answers after this. */
const REACHABLE_FOR_MS = 2_000;
const ANSWER_WITHIN_MS = 3_000;
/** Temporal's own number (temporal.api.enums.v1.TaskQueueType). */
const ACTIVITY_QUEUE = 2;

export class TemporalEngine implements Engine {
  readonly #client: Client;
  readonly #eager: boolean;
  readonly #poker: Poker;
  readonly #monotonicMs: () => number;
  readonly #answerWithinMs: number;
  #reachedMs = Number.NEGATIVE_INFINITY;

  /**
   * `eager`: the client shares its connection with a worker of this process, so that runs by hand start in 5 ms.
   * `answerWithinMs`: how long Temporal may take to answer before it counts as away.
   */
  constructor(options: { client: Client; eager: boolean; monotonicMs: () => number; answerWithinMs?: number }) {
    this.#client = options.client;
    this.#eager = options.eager;
    this.#monotonicMs = options.monotonicMs;
    this.#answerWithinMs = options.answerWithinMs ?? ANSWER_WITHIN_MS;
    this.#poker = new Poker(options.client);
  }

  async ensureReachable(how = { afresh: false }): Promise<void> {
    if (!how.afresh && this.#monotonicMs() - this.#reachedMs < REACHABLE_FOR_MS) return;
    const connection = this.#client.connection as Connection;
    try {
      await connection.withDeadline(Date.now() + this.#answerWithinMs, () =>
        connection.workflowService.getSystemInfo({}),
      );
    } catch {
      throw unavailable();
    }
    this.#reachedMs = this.#monotonicMs();
  }

  async backlog(): Promise<number> {
    const connection = this.#client.connection as Connection;
    const { namespace } = this.#client.options;
    const taskQueue = { name: ACTIONS_QUEUE };
    try {
      const { stats } = await connection.withDeadline(Date.now() + this.#answerWithinMs, () =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue,
          taskQueueType: ACTIVITY_QUEUE,
          reportStats: true,
        }),
      );
      return Number(stats?.approximateBacklogCount ?? 0);
    } catch {
      throw unavailable();
    }
  }

  poke(clockId: string, jobIds: readonly string[]): Promise<void> {
    return this.#poker.poke(clockId, jobIds);
  }

  async startRun(spec: RunSpec): Promise<void> {
    await ignoringStarted(
      this.#client.workflow.start(WORKFLOWS.runJob, {
        ...runOptionsOf(spec),
        taskQueue: CONTROL_QUEUE,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        requestEagerStart: this.#eager,
      }),
    );
  }

  async wakeRun(workflowId: string): Promise<void> {
    try {
      await this.#client.workflow.getHandle(workflowId).signal('wake');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async startGroup(group: { groupId: string; runs: readonly RunSpec[] }): Promise<void> {
    await ignoringStarted(
      this.#client.workflow.start(WORKFLOWS.runGroup, {
        workflowId: group.groupId,
        taskQueue: CONTROL_QUEUE,
        args: [group],
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: `${group.runs.length} runs, one after another`,
      }),
    );
  }

  async startBulkRun(group: { groupId: string; sequential: boolean }): Promise<void> {
    await ignoringStarted(
      this.#client.workflow.start(WORKFLOWS.bulkRun, {
        workflowId: group.groupId,
        taskQueue: CONTROL_QUEUE,
        args: [{ ...group, after: null }],
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        staticSummary: `all jobs, ${group.sequential ? 'one after another' : 'side by side'}`,
      }),
    );
  }

  async startTimedResume(bulk: { bulkId: string; at: number }): Promise<void> {
    await ignoringStarted(
      this.#client.workflow.start(WORKFLOWS.timedResume, {
        workflowId: `timed-resume-${bulk.bulkId}`,
        taskQueue: CONTROL_QUEUE,
        args: [bulk],
        staticSummary: `re-enable at ${new Date(bulk.at).toISOString()}`,
      }),
    );
  }

  async cancelRun(workflowId: string, timeoutMs: number): Promise<boolean> {
    if ((await this.statusOf(workflowId)) !== 'running') return true;
    const handle = this.#client.workflow.getHandle(workflowId);
    await handle.cancel();
    const ended = handle.result().then(
      () => true,
      () => true,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    return Promise.race([ended, late]).finally(() => clearTimeout(timer));
  }

  statusOf(workflowId: string): Promise<WorkflowStatus> {
    return statusOf(this.#client, workflowId);
  }

  async restartClock(clockId: string): Promise<void> {
    try {
      await this.#client.workflow.getHandle(clockId).terminate('overdue: restarted by the housekeeper');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    await this.poke(clockId, []);
  }
}

function unavailable(): DomainError {
  return new DomainError(
    'ENGINE_UNAVAILABLE',
    'The engine (Temporal) does not answer, so nothing was changed. Try again in a moment; /health/detailed says more.',
  );
}

/** A start that was made before is as good as one made now: ids are unique for what they start. */
async function ignoringStarted(start: Promise<unknown>): Promise<void> {
  try {
    await start;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
