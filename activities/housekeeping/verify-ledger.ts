import { inTransaction } from '../../db/connect.ts';
import { recordUnfired } from '../../db/queries/accounting.ts';
import { lockJobs, readClaimStates } from '../../db/queries/claims.ts';
import { ledgerCounts, markVerified, unverifiedJobs, type Unverified } from '../../db/queries/unverified.ts';
import { fireTimesUntil } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Deps } from '../deps.ts';
import { setAside } from '../set-aside.ts';

const PAGE = 500;
/** Nominal times of one job that one round compares at most; the rest comes in the next round. */
const MOST_TIMES = 5000;
/** Beyond grace and jitter: claims that are only slow must not be taken for lost (DESIGN section 3, "Time"). */
const MARGIN_MS = 30_000;

/**
 * Holds the ledger against `fireTimes` (DESIGN section 3.6): a nominal time that was handed out, is long past its grace
 * and has no row is recorded as `missed`, through the same unique insert. Returns how many were.
 */
export async function verifyLedger(deps: Deps, now: Instant, beat: () => void): Promise<number> {
  let missed = 0;
  let afterId: string | null = null;
  for (;;) {
    const page: Unverified[] = await unverifiedJobs(deps.db, afterId, PAGE);
    missed += await verifyPage(deps, page, now);
    beat();
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return missed;
    afterId = last.job.id;
  }
}

interface Stretch extends Unverified {
  readonly until: Instant;
  readonly dues: readonly Instant[];
}

async function verifyPage(deps: Deps, page: readonly Unverified[], now: Instant): Promise<number> {
  const stretches: Stretch[] = [];
  for (const unverified of page) {
    try {
      const stretch = stretchOf(unverified, now);
      if (stretch.until > stretch.from) stretches.push(stretch);
    } catch (error) {
      deps.log.error({ error, jobId: unverified.job.id }, 'A schedule can not be computed; its job is set aside');
      await setAside(deps, unverified.job, error instanceof Error ? error.message : String(error));
    }
  }
  const counts = await ledgerCounts(
    deps.db,
    stretches.map((s) => ({ jobId: s.job.id, from: s.from, until: s.until })),
  );
  const isWhole = (s: Stretch) => (counts.get(s.job.id) ?? 0) >= s.dues.length;
  const verified = stretches.filter(isWhole).map(({ job, until }) => ({ ...job, jobId: job.id, until }));
  await inTransaction(deps.db, async (tx) => {
    await lockJobs(
      tx,
      verified.map((v) => v.jobId),
    );
    await markVerified(tx, verified);
  });
  let missed = 0;
  for (const stretch of stretches.filter((s) => !isWhole(s))) missed += await mend(deps, stretch, now);
  return missed;
}

/** What of a job's schedule can be judged now: handed out, and past every delay that is not a loss. */
function stretchOf(unverified: Unverified, now: Instant): Stretch {
  const { job, from, accountedUntil } = unverified;
  const jitterMs =
    job.schedule.kind === 'interval' ? job.schedule.everySeconds * 10 * job.schedule.jitterPercentage : 0;
  const judged = now - job.policy.misfireGraceSeconds * 1000 - jitterMs - MARGIN_MS;
  const until = Math.min(accountedUntil, judged);
  const dues = until > from ? fireTimesUntil(job.schedule, from, until, MOST_TIMES) : [];
  return { ...unverified, dues, until: dues.length === MOST_TIMES ? (dues.at(-1) ?? until) : until };
}

/** Records what is absent, unless the job changed meanwhile: that change accounted for its old schedule. */
async function mend(deps: Deps, { job, dues, until }: Stretch, now: Instant): Promise<number> {
  const missed = await inTransaction(deps.db, async (tx) => {
    await lockJobs(tx, [job.id]);
    const state = (await readClaimStates(tx, [job.id])).get(job.id);
    if (state?.specRevision !== job.specRevision) return 0;
    const account = { missedBefore: 0, reason: 'not_recorded', newId: () => deps.ids.next(), until: now } as const;
    const count = await recordUnfired(tx, job, dues, account);
    await markVerified(tx, [{ jobId: job.id, specRevision: job.specRevision, until }]);
    return count;
  });
  if (missed > 0)
    deps.log.warn({ jobId: job.id, missed }, 'Fires were absent from the ledger and are recorded as missed');
  return missed;
}
