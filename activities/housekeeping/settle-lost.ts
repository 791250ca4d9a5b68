import { inTransaction } from '../../db/connect.ts';
import { requeueAttempt } from '../../db/queries/attempts.ts';
import { readJobs } from '../../db/queries/claims.ts';
import { lostExecutions, type LostExecution } from '../../db/queries/lost.ts';
import type { EndReason } from '../../domain/execution.ts';
import type { Job } from '../../domain/job.ts';
import { retryWaitMs } from '../../domain/policy.ts';
import { runSpecOf } from '../../domain/run.ts';
import type { Deps } from '../deps.ts';
import { createSettle } from '../settle.ts';

/** A run that was committed but not started for so long has lost its start. */
const START_LOST_AFTER_MS = 30_000;
const MOST = 1000;

/**
 * Settles executions whose lease is over and whose workflow is gone, retries lost quick attempts through `run-job`, and
 * starts runs that were queued and never started (DESIGN section 3.6). Returns how many it moved.
 */
export async function settleLost(deps: Deps, beat: () => void): Promise<number> {
  const lost = await lostExecutions(deps.db, START_LOST_AFTER_MS, MOST);
  const jobIds = [...new Set(lost.map((l) => l.jobId))];
  const jobs = await inTransaction(deps.db, (tx) => readJobs(tx, jobIds));
  const byId = new Map(jobs.map((job) => [job.id, job]));
  let moved = 0;
  for (const execution of lost) {
    const resolved = await resolve(deps, execution, byId.get(execution.jobId)).catch((error: unknown) => {
      deps.log.error(
        { error, executionId: execution.id },
        'A lost execution could not be settled; the next round tries again',
      );
      return false;
    });
    if (resolved) moved += 1;
    beat();
  }
  return moved;
}

async function resolve(deps: Deps, lost: LostExecution, job: Job | undefined): Promise<boolean> {
  if (job === undefined) return end(deps, lost, 'worker_lost', 'The job of this execution is gone.');
  const spec = specOf(lost, job);
  if (lost.state === 'running' && lost.workflowId === null) return retryQuick(deps, lost, job);
  const status = await deps.runs.statusOf(lost.workflowId ?? spec.workflowId);
  if (status === 'running') return false;
  if (lost.state === 'running' || status !== 'gone') {
    const reason = status === 'terminated' ? 'terminated' : 'worker_lost';
    return end(deps, lost, reason, `Its workflow is ${status}, and no outcome was recorded.`);
  }
  if (lost.groupId !== null && (await deps.runs.statusOf(lost.groupId)) === 'running') return false;
  await deps.runs.startRun({ ...spec, firstAttempt: lost.attemptsMade + 1 });
  return true;
}

/** A claim without an outcome is a lost attempt: tried again as the policy says, else failed (DESIGN, "Leases"). */
async function retryQuick(deps: Deps, lost: LostExecution, job: Job): Promise<boolean> {
  const message = 'The worker was lost before it reported an outcome.';
  if (lost.attempt > job.policy.maxRetries) return end(deps, lost, 'worker_lost', message);
  const spec = specOf(lost, job);
  const error = { type: 'WorkerLost', message };
  const requeued = await requeueAttempt(deps.db, {
    executionId: lost.id,
    dueAt: lost.dueAt,
    attempt: lost.attempt,
    claimedBy: null,
    workflowId: spec.workflowId,
    attempts: [{ attempt: lost.attempt, startedAt: lost.dueAt, endedAt: null, error }],
    logs: [],
  });
  if (!requeued) return false;
  const firstDelayMs = retryWaitMs(job.policy, lost.attempt, Math.random());
  await deps.runs.startRun({ ...spec, firstAttempt: lost.attempt + 1, firstDelayMs });
  return true;
}

function specOf(lost: LostExecution, job: Job) {
  const { id, dueAt, trigger, parameters, correlationId } = lost;
  const waits = lost.state === 'waiting';
  return runSpecOf(job, { executionId: id, dueAt, trigger, parameters, correlationId: correlationId ?? id, waits });
}

async function end(deps: Deps, lost: LostExecution, reason: EndReason, message: string): Promise<boolean> {
  const { id, jobId, dueAt } = lost;
  await createSettle(deps)({ executionId: id, jobId, dueAt, state: 'failed', reason, message });
  return true;
}
