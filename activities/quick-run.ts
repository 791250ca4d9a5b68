import { setMaxListeners } from 'node:events';
import { requeueAttempt } from '../db/queries/attempts.ts';
import type { Job } from '../domain/job.ts';
import { retryWaitMs } from '../domain/policy.ts';
import { mayRetry } from '../domain/retry.ts';
import { runSpecOf, type RunSpec } from '../domain/run.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { attemptAction, type AttemptOutcome } from './attempt.ts';
import type { Deps } from './deps.ts';
import { finishAll } from './finish-all.ts';
import type { OutcomeWriter } from './outcome-writer.ts';
import type { PrioritisedSemaphore } from './prioritised-semaphore.ts';
import { RunLog } from './run-log.ts';
import { Stop } from './stop.ts';

/** The lease of a claim that a clock's `fire` makes: `fire` ends within half of it. */
export const QUICK_LEASE_MS = 30_000;
/** Start no action later than this after the claim: 80 % of the lease must suffice for the rest (DESIGN, "Leases"). */
const LAST_START_MS = 12_000;
/** What a slow broker has not answered by then is carried on by `run-job`, as the same attempt. */
const QUICK_TIMEOUT_MS = 10_000;
/** A `fire` ends within this (DESIGN section 3.2): what starts late has the less time. */
const LAST_END_MS = 14_000;
/** Outcomes are flushed together after this (DESIGN section 3.2): by then the claims of other clocks' ticks are made. */
const FLUSH_DELAY_MS = 100;

export interface ClaimedRun {
  readonly executionId: string;
  readonly dueAt: Instant;
  readonly job: Job;
  /** 1, or later where attempts were made and recorded before. */
  readonly firstAttempt: number;
  /** Held until its parents have ended. */
  readonly waits: boolean;
}

export interface QuickRunner {
  readonly deps: Deps;
  readonly writer: OutcomeWriter;
  readonly semaphore: PrioritisedSemaphore;
}

/** Aborted because it takes too long for a clock's tick; not the action's own timeout. */
class HandedOver extends Error {
  override readonly name = 'HandedOver';
}

/** Runs claimed quick actions side by side, within the process's slots, in the order given; records every outcome. */
export async function runQuickly(
  runner: QuickRunner,
  runs: readonly ClaimedRun[],
  claimedFromMs: number,
): Promise<void> {
  const tooLate = new AbortController();
  // Every run of the batch that waits for a slot listens.
  setMaxListeners(0, tooLate.signal);
  const ageMs = () => runner.deps.monotonicMs() - claimedFromMs;
  const lastStart = setTimeout(() => tooLate.abort(new HandedOver()), Math.max(0, LAST_START_MS - ageMs()));
  await finishAll(
    runs.map(async (run) => {
      const leftMs = () => Math.min(QUICK_TIMEOUT_MS, Math.max(0, LAST_END_MS - ageMs()));
      const tried = await attempt(runner, run, tooLate.signal, leftMs);
      await conclude(runner, run, tried);
    }),
  ).finally(() => clearTimeout(lastStart));
}

/** The outcome of one try, or null when the run must be handed over to `run-job` as it is. */
async function attempt(
  { deps, semaphore }: QuickRunner,
  run: ClaimedRun,
  tooLate: AbortSignal,
  leftMs: () => number,
): Promise<{ outcome: AttemptOutcome; log: RunLog } | null> {
  try {
    return await semaphore.within(run.job.policy.priority, tooLate, async () => {
      const stop = new Stop();
      const log = new RunLog(deps.now);
      const outcome = await attemptAction(deps, inputOf(run, leftMs()), log, stop);
      return stop.reason instanceof HandedOver && outcome.state !== 'succeeded' ? null : { outcome, log };
    });
  } catch (error) {
    if (error instanceof HandedOver) return null;
    throw error;
  }
}

function inputOf({ executionId, dueAt, job }: ClaimedRun, quickMs: number) {
  return {
    executionId,
    job,
    action: job.action,
    dueAt,
    trigger: 'scheduled',
    attempt: 1,
    parameters: {},
    timeoutMs: job.policy.timeoutSeconds * 1000,
    atMost: { ms: quickMs, reason: () => new HandedOver() },
    correlationId: executionId,
  } as const;
}

/** The run as `run-job` carries it on: few runs need it, and it costs more than their bookkeeping. */
function specOf({ executionId, dueAt, job }: ClaimedRun): RunSpec {
  return runSpecOf(job, { executionId, dueAt, trigger: 'scheduled', parameters: {}, correlationId: executionId });
}

async function conclude(
  { deps, writer }: QuickRunner,
  run: ClaimedRun,
  tried: { outcome: AttemptOutcome; log: RunLog } | null,
): Promise<void> {
  const { executionId, dueAt, job } = run;
  const claimedBy = deps.instanceId;
  const key = { executionId, dueAt, attempt: 1, claimedBy };
  if (tried === null) {
    writer.flush();
    const spec = specOf(run);
    await requeueAttempt(deps.db, { ...key, workflowId: spec.workflowId, attempts: [], logs: [] });
    await deps.runs.startRun(spec);
    return;
  }
  const { outcome, log } = tried;
  if (outcome.state !== 'succeeded' && mayRetry(job.policy, outcome, 1)) {
    const { startedAt, endedAt, error } = outcome;
    const attempts = [{ attempt: 1, startedAt, endedAt, error }];
    const spec = specOf(run);
    await requeueAttempt(deps.db, { ...key, workflowId: spec.workflowId, attempts, logs: log.lines });
    const firstDelayMs = outcome.retryAfterMs ?? retryWaitMs(job.policy, 1, Math.random());
    await deps.runs.startRun({ ...spec, firstAttempt: 2, firstDelayMs });
    return;
  }
  const { state, reason, startedAt, endedAt, durationMs, result, error } = outcome;
  const written = await writer.write(
    {
      executionId,
      jobId: job.id,
      face: job.face,
      kind: job.schedule.kind,
      policy: job.policy,
      dueAt,
      attempt: 1,
      claimedBy,
      state,
      reason,
      startedAt,
      endedAt,
      durationMs,
      result,
      error,
      logs: log.lines,
      attempts: [],
      asksForNext: false,
    },
    FLUSH_DELAY_MS,
  );
  if (!written) deps.log.warn({ executionId, jobId: job.id }, 'An outcome came after its row was settled');
}
