import { Context } from '@temporalio/activity';
import { inTransaction } from '../../db/connect.ts';
import { dropEmptyClocks, mergeEmptiestClock } from '../../db/queries/balance.ts';
import { buryTheSilent } from '../../db/queries/instances.ts';
import { expireLeases } from '../../db/queries/lost.ts';
import { dropPartitions, ensurePartitions } from '../../db/queries/partitions.ts';
import { purgeIdempotencyKeys } from '../../db/queries/idempotency.ts';
import { purgeBefore } from '../../db/queries/retention.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Deps } from '../deps.ts';
import { carryOn } from './carry-on.ts';
import { continueBulks } from './continue-bulks.ts';
import { keepFigures } from './keep-figures.ts';
import { mendClocks } from './mend-clocks.ts';
import { noteRound } from './note-round.ts';
import { releaseLost } from './release-lost.ts';
import { settleLost } from './settle-lost.ts';
import { verifyLedger } from './verify-ledger.ts';

const DAY_MS = 86_400_000;
/** Kept answers that go in one round; the rest goes in the next. */
const MOST_KEYS = 10_000;

/**
 * THE LIST of one round, in order: what is dead, what it held, what is absent, what does not tick, what is old. One
 * that fails does not stop the others; the round then fails, and is tried again.
 */
export function createHousekeep(deps: Deps) {
  return async function housekeep(now: Instant): Promise<void> {
    const beganMs = deps.monotonicMs();
    const beat = () => Context.current().heartbeat();
    const works: Readonly<Record<string, () => Promise<number>>> = {
      expired: () => bury(deps),
      bulks: () => continueBulks(deps, beat),
      lost: () => settleLost(deps, beat),
      children: () => releaseLost(deps, beat),
      missed: () => verifyLedger(deps, now, beat),
      clocks: () => mendClocks(deps, beat),
      merged: () => balance(deps),
      givenUp: () => carryOn(deps, now, beat),
      purged: () => retain(deps, now, beat),
    };
    const done: Record<string, number> = {};
    const failures: unknown[] = [];
    const failed = (work: string) => (error: unknown) => {
      deps.log.error({ error, work }, 'A part of the housekeeping failed');
      failures.push(error);
      return 0;
    };
    for (const [name, work] of Object.entries(works)) done[name] = await work().catch(failed(name));
    if (Object.values(done).some((count) => count > 0)) deps.log.info(done, 'Housekeeping');
    await keepFigures(deps, beat).catch(failed('figures'));
    const round = { done, durationMs: deps.monotonicMs() - beganMs, failed: failures.length > 0 };
    await noteRound(deps, round).catch(failed('round'));
    if (failures.length > 0) throw new AggregateError(failures, 'A part of the housekeeping failed');
  };
}

/** Ends the leases of processes that are dead; returns how many. */
async function bury(deps: Deps): Promise<number> {
  return expireLeases(deps.db, await buryTheSilent(deps.db));
}

async function balance(deps: Deps): Promise<number> {
  const changed = await inTransaction(deps.db, async (tx) => {
    await dropEmptyClocks(tx);
    return mergeEmptiestClock(tx, deps.clockCapacity);
  });
  for (const clockId of changed) await deps.runs.poke(clockId, []);
  return changed.length;
}

async function retain(deps: Deps, now: Instant, beat: () => void): Promise<number> {
  await ensurePartitions(deps.db, now);
  await purgeIdempotencyKeys(deps.db, MOST_KEYS);
  if (deps.retentionDays === 0) return 0;
  const before = now - deps.retentionDays * DAY_MS;
  await dropPartitions(deps.db, before);
  return purgeBefore(deps.db, before, beat);
}
