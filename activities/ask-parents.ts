import { ApplicationFailure } from '@temporalio/activity';
import { inTransaction, type Tx } from '../db/connect.ts';
import { lockJobs } from '../db/queries/claims.ts';
import { dependenciesOf } from '../db/queries/dependencies.ts';
import { lockEnds, useUpEnds } from '../db/queries/dependency-ends.ts';
import { letGo, readHeld, type HeldRun } from '../db/queries/held-runs.ts';
import { isTerminal } from '../domain/execution.ts';
import { standingOfAll } from '../domain/dependencies.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import { failureMessage, timeoutMessage } from './dependency-failure.ts';
import type { Deps } from './deps.ts';
import { releaseSoon } from './release-children.ts';
import { RECORDED } from './run.ts';
import { settleWithin, type Settlement } from './settle-within.ts';
import { pokeStopped } from './stop-on-error.ts';

/** A run that is held until its parents have ended. */
export interface HeldInput {
  readonly executionId: string;
  readonly jobId: string;
  readonly dueAt: Instant;
}

/** `go`: it may act; `ended`: somebody ended it; `wait`: ask again when woken, at the latest after `leftMs`. */
export type ParentsAnswer =
  { readonly verdict: 'go' } | { readonly verdict: 'ended' } | { readonly verdict: 'wait'; readonly leftMs: number };

type Decision = { readonly answer: ParentsAnswer } | { readonly end: Pick<Settlement, 'state' | 'reason' | 'message'> };

/**
 * Whether the parents of a held run have ended as they must (DECISIONS section 6), decided under the job's lock and
 * recorded there: what lets the run go, fails it, or is over DEPENDENCY_TIMEOUT also uses up what the parents came to.
 * Safe to repeat. Rejects with type `Recorded` when the run failed so.
 */
export function createAskParents(deps: Deps) {
  return async function askParents(run: HeldInput): Promise<ParentsAnswer> {
    const { decision, stopped } = await inTransaction(deps.db, async (tx) => {
      await lockJobs(tx, [run.jobId]);
      await lockEnds(tx, run.jobId);
      const made = await decide(tx, deps, run);
      if ('answer' in made) return { decision: made, stopped: [] };
      const settled = await settleWithin(tx, deps, { ...run, ...made.end });
      return { decision: made, stopped: settled.stopped };
    });
    if ('answer' in decision) return decision.answer;
    pokeStopped(deps, stopped);
    releaseSoon(deps, [run.jobId]);
    if (decision.end.state === 'cancelled') return { verdict: 'ended' };
    throw ApplicationFailure.create({ type: RECORDED, message: decision.end.message, nonRetryable: true });
  };
}

async function decide(tx: Tx, deps: Deps, run: HeldInput): Promise<Decision> {
  const held = await readHeld(tx, run);
  if (held === null || isTerminal(held.state)) return { answer: { verdict: 'ended' } };
  if (held.state !== 'waiting') return { answer: { verdict: 'go' } };
  if (held.jobIsDeleted) {
    const message = 'The job was deleted while this run was held.';
    return { end: { state: 'cancelled', reason: 'job_deleted', message } };
  }
  if (held.waitsForSeat) return decideSeat(tx, run, held);
  const leftMs = Math.ceil(deps.dependencyTimeoutMs - held.heldForMs);
  const dependencies = await dependenciesOf(tx, [run.jobId]);
  const standing = held.isBehind
    ? 'waiting'
    : standingOfAll(dependencies.map(({ type, end }) => ({ type, end: end?.state ?? null })));
  if (standing === 'waiting' && leftMs > 0) return { answer: { verdict: 'wait', leftMs } };
  await useUpEnds(tx, run.jobId);
  if (standing === 'met') {
    await letGo(tx, run);
    return { answer: { verdict: 'go' } };
  }
  if (standing === 'failed') {
    return { end: { state: 'failed', reason: 'dependency_failed', message: failureMessage(dependencies) } };
  }
  const message = timeoutMessage(dependencies, deps.dependencyTimeoutMs);
  return { end: { state: 'failed', reason: 'dependency_timed_out', message } };
}

/** Who waits for a seat is woken when one falls free; should that be lost, it looks by itself, ever more seldom. */
const FIRST_SEAT_LOOK_MS = 2_000;

async function decideSeat(tx: Tx, run: HeldInput, held: HeldRun): Promise<Decision> {
  if (held.isBehind || !held.isSeatFree) {
    return { answer: { verdict: 'wait', leftMs: Math.ceil(Math.max(FIRST_SEAT_LOOK_MS, held.heldForMs / 4)) } };
  }
  await letGo(tx, run);
  return { answer: { verdict: 'go' } };
}
