import { inTransaction, type Tx } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { lockJobs, readClaimStates, readJobs } from '../db/queries/claims.ts';
import { dependenciesOf } from '../db/queries/dependencies.ts';
import { lockEnds, useUpEnds } from '../db/queries/dependency-ends.ts';
import { insertDependencyRun } from '../db/queries/dependency-runs.ts';
import { countEnds } from '../db/queries/ends.ts';
import { standingOfRound } from '../domain/dependencies.ts';
import type { Job } from '../domain/job.ts';
import { runSpecOf, type RunSpec } from '../domain/run.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { failureMessage } from './dependency-failure.ts';
import type { Deps } from './deps.ts';
import { settleWithin } from './settle-within.ts';
import { pokeStopped } from './stop-on-error.ts';

export type FireChildDeps = Pick<Deps, 'db' | 'log' | 'ids' | 'now' | 'runs' | 'notifications'>;

interface Fired {
  readonly spec: RunSpec | null;
  readonly ended: boolean;
  readonly stopped: { clockId: string; jobId: string }[];
}

const NOTHING: Fired = { spec: null, ended: false, stopped: [] };

/**
 * Fires a child without a schedule whose parents have all ended (DECISIONS section 6): in one transaction its run is
 * recorded and what the parents came to is used up, so that one round of them is one run, whoever looks and how often.
 * Returns whether the run ended at once (`ended`): failed for a parent, or skipped.
 */
export async function fireChild(deps: FireChildDeps, jobId: string): Promise<'ended' | 'going'> {
  const { spec, ended, stopped } = await inTransaction(deps.db, (tx) => decide(tx, deps, jobId));
  pokeStopped(deps, stopped);
  if (spec !== null) await deps.runs.startRun(spec);
  return ended ? 'ended' : 'going';
}

async function decide(tx: Tx, deps: FireChildDeps, jobId: string): Promise<Fired> {
  await lockJobs(tx, [jobId]);
  await lockEnds(tx, jobId);
  const [job] = await readJobs(tx, [jobId]);
  const state = (await readClaimStates(tx, [jobId])).get(jobId);
  const dependencies = await dependenciesOf(tx, [jobId]);
  const standing = standingOfRound(dependencies.map(({ type, end }) => ({ type, end: end?.state ?? null })));
  const isReady = dependencies.length > 0 && standing !== 'waiting';
  if (job === undefined || state === undefined || job.schedule.kind !== 'none' || !isReady) return NOTHING;
  const executionId = deps.ids.next();
  const busy = state.live >= job.policy.maxConcurrent;
  const first = standing === 'failed' ? 'waiting' : busy ? 'skipped' : 'queued';
  // Paused or disabled, it does not fire, nor later for what was then.
  const run = state.firing ? await insertDependencyRun(tx, job, { executionId, state: first }) : null;
  await useUpEnds(tx, jobId);
  if (run === null) return NOTHING;
  const { dueAt } = run;
  if (standing === 'failed') {
    const message = failureMessage(dependencies);
    const failed = { executionId, jobId, dueAt, state: 'failed', reason: 'dependency_failed', message } as const;
    const { stopped } = await settleWithin(tx, deps, failed);
    return { spec: null, ended: true, stopped };
  }
  if (first === 'skipped') {
    await recordSkip(tx, job, { executionId, dueAt });
    return { ...NOTHING, ended: true };
  }
  const spec = { executionId, dueAt, trigger: 'dependency', parameters: {}, correlationId: executionId } as const;
  return { ...NOTHING, spec: runSpecOf(job, spec) };
}

async function recordSkip(tx: Tx, job: Job, run: { executionId: string; dueAt: Instant }): Promise<void> {
  const { executionId, dueAt } = run;
  const none = { startedAt: null, durationMs: null, latenessMs: null, error: null };
  const of = { executionId, jobId: job.id, face: job.face, kind: job.schedule.kind, dueAt, endedAt: dueAt };
  await countEnds(tx, [{ ...of, ...none, state: 'skipped', reason: 'overlap' }]);
  await notifyExecutions(tx, 'ended', [{ id: executionId, dueAt }]);
}
