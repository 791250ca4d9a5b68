import { findJob, type JobKey } from '../../db/queries/jobs.ts';
import {
  changeOf,
  executionsAt,
  executionsBefore,
  revisionAt,
  type Change,
  type Revision,
} from '../../db/queries/why.ts';
import type { Execution } from '../../domain/execution.ts';
import { isFiring, type Job } from '../../domain/job.ts';
import { nextAfter } from '../../domain/schedules/index.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { verdictOf, type WhyVerdict } from '../../domain/why.ts';
import type { VerbContext } from './context.ts';
import { dependencyViews, type DependencyView } from './dependency-view.ts';
import { jobNotFound } from './job-not-found.ts';

export interface Why {
  readonly job: Job;
  /** The whole second that was asked about. */
  readonly at: Instant;
  readonly verdict: WhyVerdict;
  /** With this nominal time, the scheduled fire first; a backfill of it stands beside. */
  readonly executions: readonly Execution[];
  /** Began before and was still under way at that instant. */
  readonly underWay: readonly Execution[];
  /** What the job was then; of the future what it is now. Null before it was made. */
  readonly revision: Revision | null;
  /** The change that made it so, as the audit has it. */
  readonly change: Change | null;
  /** The last nominal time before with a record, and the next one by the schedule in force; null: none. */
  readonly previous: Execution | null;
  readonly nextAt: Instant | null;
  /** While one of these executions is held: what it waits for, and how each of that stands; else empty. */
  readonly waitsFor: readonly DependencyView[];
}

const SECOND_MS = 1000;

/**
 * What happened to a job at an instant, or will, and why: from the ledger, the audit and the revision then in force.
 * Some indexed queries, however long the history. Throws JOB_NOT_FOUND.
 */
export async function why(ctx: VerbContext, input: { job: JobKey; at: Instant }): Promise<Why> {
  const stored = await findJob(ctx.db, ctx.actor.face, input.job);
  if (stored === null) throw jobNotFound(input.job);
  const { job, accountedUntil } = stored;
  const at = Math.floor(input.at / SECOND_MS) * SECOND_MS;
  const [executions, before, revision] = await Promise.all([
    executionsAt(ctx.db, job.id, at, at + SECOND_MS),
    executionsBefore(ctx.db, job.id, at),
    revisionAt(ctx.db, job.id, at),
  ]);
  const change = revision === null ? null : await changeOf(ctx.db, job.id, revision);
  const inForce = revision?.spec ?? null;
  return {
    job,
    at,
    verdict: verdictOf({ at, now: ctx.now(), inForce, executions, accountedUntil }),
    executions,
    underWay: before.filter((run) => run.startedAt !== null && run.startedAt <= at && (run.endedAt ?? at + 1) > at),
    revision,
    change,
    previous: before[0] ?? null,
    waitsFor: executions.some(({ state }) => state === 'waiting') ? await dependencyViews(ctx, job.id) : [],
    nextAt: inForce !== null && isFiring(inForce) ? nextAfter(inForce.schedule, at) : null,
  };
}
