import { inTransaction } from '../../db/connect.ts';
import { lockJobRow } from '../../db/queries/job-writes.ts';
import type { JobKey } from '../../db/queries/jobs.ts';
import { insertManualRun, type ManualVerdict } from '../../db/queries/manual-runs.ts';
import { DomainError } from '../../domain/errors.ts';
import { NUMBERS_EXECUTIONS } from '../../domain/faces.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import type { JsonObject } from '../../domain/json.ts';
import { runSpecOf } from '../../domain/run.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { requireAdminFor } from './require-admin.ts';

export interface RunInput {
  readonly job: JobKey;
  /** Runs a disabled, paused or busy job too; never past the bound of the whole service. */
  readonly force: boolean;
  /**
   * Takes its turn instead: a disabled, paused or busy job too, and past the bound of the whole service. It waits until
   * the job has a free seat and a worker a free slot, those with a higher priority first.
   */
  readonly queues?: boolean;
  /** Of this run alone, in place of the job's own. */
  readonly priority?: number;
  readonly parameters: JsonObject;
  /** Who asks, where that is not the caller itself (commands.txt, X-Triggered-By). */
  readonly triggeredBy?: string;
}

export interface StartedRun {
  readonly job: Job;
  readonly executionId: string;
  /** The face's integer, where it numbers executions. */
  readonly number: number | null;
  readonly at: Instant;
  /** The mean of its ended runs so far, or null before the first. */
  readonly averageDurationMs: number | null;
}

/**
 * Runs a job now. Throws JOB_NOT_FOUND, JOB_DISABLED, JOB_BUSY (unless forced), RESOURCE_LIMIT_EXCEEDED, FORBIDDEN, and
 * ENGINE_UNAVAILABLE before anything is stored. Once stored, a start that fails is the housekeeper's to repeat.
 */
export async function runJob(ctx: VerbContext, input: RunInput): Promise<StartedRun> {
  await ctx.engine.ensureReachable();
  const { actor } = ctx;
  const executionId = ctx.ids.next();
  const at = ctx.now();
  const { job, number, held, averageDurationMs } = await inTransaction(ctx.db, async (tx) => {
    const jobId = await lockJobRow(tx, actor.face, input.job);
    const verdict =
      jobId === null
        ? null
        : await insertManualRun(tx, jobId, {
            executionId,
            at,
            parameters: input.parameters,
            force: input.force,
            queues: input.queues === true,
            triggeredBy: input.triggeredBy ?? actor.subject,
            actor: actor.subject,
            maxRunning: ctx.limits.maxConcurrentExecutions,
            numbered: NUMBERS_EXECUTIONS[actor.face],
            correlationId: actor.correlationId,
          });
    if (verdict === null) throw jobNotFound(input.job);
    requireAdminFor(actor, verdict.job.action);
    if (!verdict.admitted) throw refusalOf(verdict, ctx.limits.maxConcurrentExecutions);
    return verdict;
  });
  const run = { executionId, dueAt: at, trigger: 'manual', parameters: input.parameters, waits: held } as const;
  const { priority = job.policy.priority } = input;
  const prioritised = { ...job, policy: { ...job.policy, priority } };
  try {
    const { correlationId, traceparent } = actor;
    await ctx.engine.startRun(runSpecOf(prioritised, { ...run, correlationId, traceparent }));
  } catch (error) {
    ctx.log.warn({ error, executionId }, 'A run could not be started at once; the housekeeper will start it');
  }
  return { job, executionId, number, at, averageDurationMs };
}

function refusalOf({ job, live, running }: ManualVerdict, maxRunning: number): DomainError {
  if (running >= maxRunning) {
    return new DomainError(
      'RESOURCE_LIMIT_EXCEEDED',
      `${running} executions are running and at most ${maxRunning} may. Try again when some have ended, or raise MAX_CONCURRENT_EXECUTIONS.`,
      { limit: maxRunning, running },
    );
  }
  if (!isFiring(job)) {
    const how = job.enabled ? 'paused' : 'disabled';
    const mend = job.enabled ? 'Resume' : 'Enable';
    const message = `The job is ${how}. ${mend} it first, or run it all the same with "force": true.`;
    return new DomainError('JOB_DISABLED', message, { disabled_reason: job.disabledReason });
  }
  const { maxConcurrent } = job.policy;
  return new DomainError(
    'JOB_BUSY',
    `${live} of the job's executions are under way and at most ${maxConcurrent} may be. Wait for them, or run it all the same with "force": true.`,
    { limit: maxConcurrent, running: live },
  );
}
