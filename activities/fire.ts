import { Context } from '@temporalio/activity';
import { inTransaction, isValueRefused } from '../db/connect.ts';
import { ungrouped, type DueGroup } from '../domain/due-jobs.ts';
import { runSpecOf } from '../domain/run.ts';
import { catchUpId, claimFires, type Claimed, type DueBatch } from './claim-fires.ts';
import { ClaimLine } from './claim-line.ts';
import type { Deps } from './deps.ts';
import { finishAll } from './finish-all.ts';
import type { JobCache } from './job-cache.ts';
import { releaseSoon } from './release-children.ts';
import { runQuickly, type ClaimedRun, type QuickRunner } from './quick-run.ts';

/** What a clock hands over; clocks of older versions handed jobs over one by one. */
export type FireInput = (Omit<DueBatch, 'jobs'> & { readonly due: readonly DueGroup[] }) | DueBatch;

/** Tries of one fire after which runs that can't be started are left to the housekeeper: they must not hold up a clock. */
const MOST_TRIES = 5;
/** How many runs one fire starts side by side. */
const STARTS_AT_ONCE = 10;

/**
 * Claims a batch in one short transaction, runs what is quick, starts `run-job` for the rest (DESIGN section 3.2).
 * Safe to run again at any point: a nominal time is claimed once, and what was claimed but not started is started.
 */
export function createFire(deps: Deps, jobs: JobCache, quick: QuickRunner) {
  const line = new ClaimLine();
  return async function fire(batch: FireInput): Promise<void> {
    const { info } = Context.current();
    const input = 'jobs' in batch ? batch : { ...batch, jobs: ungrouped(batch.due) };
    // Handed over long ago when the database was away since: grace goes by the time of this try, which is Temporal's too.
    const now = Math.max(input.now, info.currentAttemptScheduledTimestampMs);
    const { claimed, claimedFromMs } = await line.within(input.clockId, input.jobs.length, async () => {
      // At the next tick of a busy clock the outcomes of the one before may still gather: those runs are no overlap.
      await quick.writer.written(input.jobs.map(({ id }) => id));
      const claimedFromMs = deps.monotonicMs();
      return { claimed: await claimParted(deps, jobs, { ...input, now }), claimedFromMs };
    });
    releaseSoon(deps, claimed.parents);
    const runs = [...claimed.quick].sort((a, b) => b.job.policy.priority - a.job.policy.priority);
    const begun = finishAll([runQuickly(quick, runs, claimedFromMs), start(deps, claimed)]);
    await begun.catch((error: unknown) => {
      if (info.attempt < MOST_TRIES) throw error;
      deps.log.error({ error, clockId: input.clockId }, 'A fire leaves runs to the housekeeper');
    });
  };
}

/** A batch whose claim Postgres refuses for a value in it is halved, so that one job can't stop the others. */
async function claimParted(deps: Deps, jobs: JobCache, input: DueBatch): Promise<Claimed> {
  try {
    return await inTransaction(deps.db, (tx) => claimFires(tx, deps, jobs, input));
  } catch (error) {
    if (!isValueRefused(error)) throw error;
    if (input.jobs.length === 1) {
      deps.log.error(
        { error, jobId: input.jobs[0]?.id },
        'A fire can not be recorded; the ledger check will say missed',
      );
      return { quick: [], long: [], sequences: [], parents: [] };
    }
    const middle = Math.ceil(input.jobs.length / 2);
    const first = await claimParted(deps, jobs, { ...input, jobs: input.jobs.slice(0, middle) });
    const second = await claimParted(deps, jobs, { ...input, jobs: input.jobs.slice(middle) });
    return {
      quick: [...first.quick, ...second.quick],
      long: [...first.long, ...second.long],
      sequences: [...first.sequences, ...second.sequences],
      parents: [...first.parents, ...second.parents],
    };
  }
}

/** Starts committed runs, all that it can; the others stay `queued`: this fire's retry or the housekeeper starts them. */
async function start(deps: Deps, claimed: Claimed): Promise<void> {
  const specOf = ({ job, ...run }: ClaimedRun) =>
    runSpecOf(job, { ...run, trigger: 'scheduled', parameters: {}, correlationId: run.executionId });
  const starts = [
    ...claimed.long.map((run) => () => deps.runs.startRun(specOf(run))),
    ...claimed.sequences.map((runs) => () => {
      const inOrder = [...runs].sort((a, b) => a.dueAt - b.dueAt);
      const last = inOrder.at(-1);
      const groupId = last === undefined ? '' : catchUpId(last.job, [last.dueAt]);
      return deps.runs.startGroup({ groupId, runs: inOrder.map(specOf) });
    }),
  ];
  const ends: PromiseSettledResult<void>[] = [];
  for (let i = 0; i < starts.length; i += STARTS_AT_ONCE) {
    ends.push(...(await Promise.allSettled(starts.slice(i, i + STARTS_AT_ONCE).map((begin) => begin()))));
  }
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
