import { inTransaction, type Tx } from '../../db/connect.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { insertBackfills, ledgerEntries, type LedgerEntry } from '../../db/queries/backfills.ts';
import { lockJob } from '../../db/queries/job-writes.ts';
import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import { invalid, type DomainError } from '../../domain/errors.ts';
import { NUMBERS_EXECUTIONS } from '../../domain/faces.ts';
import type { Job } from '../../domain/job.ts';
import type { JsonObject } from '../../domain/json.ts';
import { runSpecOf, type RunSpec } from '../../domain/run.ts';
import { fireTimesUntil } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { jobNotFound } from './job-not-found.ts';
import { requireAdminFor } from './require-admin.ts';

export interface BackfillInput {
  readonly job: JobKey;
  /** Nominal times within `[from, to)`; those that are still to come are left out. */
  readonly from: Instant;
  readonly to: Instant;
  /** Only times that the ledger holds as missed or not at all. */
  readonly onlyMissed: boolean;
  readonly dryRun: boolean;
  readonly parameters: JsonObject;
}

export interface BackfilledTime {
  readonly dueAt: Instant;
  /** The scheduled fire that stands for this time: what a backfill of a missed one links to. */
  readonly standing: LedgerEntry | null;
  /** The new run; null in a dry run. */
  readonly executionId: string | null;
  /** Its integer, where the face numbers executions. */
  readonly number: number | null;
}

export interface Backfill {
  readonly job: Job;
  readonly groupId: string | null;
  readonly times: readonly BackfilledTime[];
}

const MOST = 500;
/** Temporal takes arguments up to 2 MB, and a group's argument holds the specification of each of its runs. */
const MOST_ARGUMENT_BYTES = 1_000_000;

/**
 * Runs a job for past nominal times of its schedule, each with its own time, one after another (`run-group`), whether
 * the job is enabled or not. A dry run only lists them. Throws JOB_NOT_FOUND, FORBIDDEN, INVALID_INPUT where the range
 * holds none or too many, and ENGINE_UNAVAILABLE before anything is stored.
 */
export async function backfillJob(ctx: VerbContext, input: BackfillInput): Promise<Backfill> {
  if (input.dryRun) {
    const stored = await findJob(ctx.db, ctx.actor.face, input.job);
    if (stored === null) throw jobNotFound(input.job);
    const times = await timesOf(ctx, ctx.db, stored.job, input);
    return { job: stored.job, groupId: null, times };
  }
  await ctx.engine.ensureReachable();
  const groupId = `backfill-${ctx.ids.next()}`;
  const { backfill, runs } = await inTransaction(ctx.db, (tx) => record(tx, ctx, input, groupId));
  try {
    await ctx.engine.startGroup({ groupId, runs });
  } catch (error) {
    ctx.log.warn({ error, groupId }, 'A backfill could not be started at once; the housekeeper will start its runs');
  }
  return backfill;
}

async function record(
  tx: Tx,
  ctx: VerbContext,
  input: BackfillInput,
  groupId: string,
): Promise<{ backfill: Backfill; runs: RunSpec[] }> {
  const { actor } = ctx;
  const stored = await lockJob(tx, actor.face, input.job);
  if (stored === null) throw jobNotFound(input.job);
  const { job } = stored;
  requireAdminFor(actor, job.action);
  const planned = await timesOf(ctx, tx, job, input);
  const times = planned.map((time) => ({ ...time, executionId: ctx.ids.next() }));
  const { parameters, from, to, onlyMissed } = input;
  const { correlationId, traceparent } = actor;
  const common = { trigger: 'backfill', parameters, correlationId, traceparent } as const;
  const runs = times.map(({ executionId, dueAt }) => runSpecOf(job, { ...common, executionId, dueAt }));
  refuseTooLarge(runs);
  const numbered = NUMBERS_EXECUTIONS[actor.face];
  const numbers = await insertBackfills(tx, job, {
    groupId,
    runs: times,
    parameters,
    triggeredBy: actor.subject,
    numbered,
  });
  await writeAudit(tx, {
    actor: actor.subject,
    face: actor.face,
    action: 'job.backfill',
    jobId: job.id,
    executionId: null,
    before: null,
    after: { groupId, from, to, onlyMissed, runs: times.length },
    reason: null,
    correlationId: actor.correlationId,
  });
  const made = times.map((time) => ({ ...time, number: numbers.get(time.executionId) ?? null }));
  return { backfill: { job, groupId, times: made }, runs };
}

async function timesOf(
  ctx: VerbContext,
  db: Tx | VerbContext['db'],
  job: Job,
  { from, to, onlyMissed }: BackfillInput,
): Promise<BackfilledTime[]> {
  const dues = fireTimesUntil(job.schedule, from - 1, Math.min(to - 1, ctx.now()), MOST + 1);
  if (dues.length > MOST) throw tooMany(MOST, 'end');
  const standing = new Map((await ledgerEntries(db, job.id, dues)).map((entry) => [entry.dueAt, entry]));
  const times = dues.map((dueAt) => ({
    dueAt,
    standing: standing.get(dueAt) ?? null,
    executionId: null,
    number: null,
  }));
  const wanted = onlyMissed
    ? times.filter((time) => time.standing === null || time.standing.state === 'missed')
    : times;
  if (wanted.length > 0) return wanted;
  const which = onlyMissed ? 'missed fire time' : 'past fire time';
  throw invalid('INVALID_INPUT', [
    { path: 'start', message: `to end holds no ${which} of the job: choose another range` },
  ]);
}

function refuseTooLarge(runs: readonly RunSpec[]): void {
  const bytes = JSON.stringify(runs[0] ?? null).length;
  const most = Math.max(1, Math.floor(MOST_ARGUMENT_BYTES / bytes));
  if (runs.length > most) throw tooMany(most, 'end');
}

function tooMany(most: number, path: string): DomainError {
  const message = `leaves too many fire times: at most ${most} can be run at once; take a shorter range`;
  return invalid('INVALID_INPUT', [{ path, message }]);
}
