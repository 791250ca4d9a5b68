import type { Tx } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { advanceJobs, lockJobs, readClaimStates, readStanding, type Standing } from '../db/queries/claims.ts';
import { countEnds } from '../db/queries/ends.ts';
import { insertScheduled, type LedgerRow } from '../db/queries/ledger-rows.ts';
import { releaseSeats } from '../db/queries/seats.ts';
import { isQuick } from '../domain/actions/index.ts';
import { admit, type Verdict } from '../domain/admission.ts';
import type { DueJob } from '../domain/due-jobs.ts';
import { isGated } from '../domain/dependencies.ts';
import type { Job } from '../domain/job.ts';
import { runWorkflowId } from '../domain/run.ts';
import { fireAt } from '../domain/schedules/jitter.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';
import type { JobCache } from './job-cache.ts';
import { QUICK_LEASE_MS, type ClaimedRun } from './quick-run.ts';

/** Of one batch, so many are named in the log; the ledger has them all. */
const CONFLICTS_LOGGED = 20;

/** A clock's due jobs at one tick. `now` is Temporal's time, by which due and grace are judged. */
export interface DueBatch {
  readonly clockId: string;
  readonly now: Instant;
  readonly jobs: readonly DueJob[];
}

/** What a batch is to start, once its claim is committed. */
export interface Claimed {
  readonly quick: ClaimedRun[];
  /** Runs that take time, each on its own. */
  readonly long: ClaimedRun[];
  /** Catch-ups that must run one after another. */
  readonly sequences: ClaimedRun[][];
  /** Jobs that others wait for and of which something ended here, skipped or missed. */
  readonly parents: readonly string[];
}

/**
 * Claims a batch in the caller's transaction: lock, insert, read (DESIGN section 3, "Claims"). Every due time of a job
 * that still stands as it was planned gets its one row.
 */
export async function claimFires(tx: Tx, deps: Deps, cache: JobCache, input: DueBatch): Promise<Claimed> {
  const ids = input.jobs.map((j) => j.id);
  await lockJobs(tx, ids);
  const states = await readClaimStates(tx, ids);
  const current = input.jobs.filter((j) => {
    const state = states.get(j.id);
    // Paused, changed or deleted since it was planned: its old schedule is accounted for by that change.
    return state !== undefined && state.firing && state.specRevision === j.specRevision;
  });
  const known = await cache.jobs(tx, [...states.values()]);
  const decided = current.flatMap((due) => {
    const job = known.get(due.id);
    const state = states.get(due.id);
    if (job === undefined || state === undefined) return [];
    const planned = due.dues.map((at) => ({ due: at, fireAt: fireAt(job.schedule, at, job.id) }));
    const verdicts = admit(planned, {
      policy: job.policy,
      live: state.live,
      now: input.now,
      behind: due.behind === true,
    });
    return verdicts.map((_, i) => decide(deps, job, due.dues, i, verdicts));
  });
  const written = await insertScheduled(
    tx,
    decided.map((d) => d.row),
    QUICK_LEASE_MS,
  );
  const fresh = decided.filter((d) => written.has(d.row.id));
  const standing = await readStanding(
    tx,
    decided.filter((d) => !written.has(d.row.id)).map((d) => d.row),
  );
  const parents = await record(tx, deps, fresh, input.now);
  await advanceJobs(
    tx,
    current.map((j) => ({ jobId: j.id, accountedUntil: j.dues.at(-1) ?? 0, nextDue: j.next })),
  );
  await releaseSeats(
    tx,
    current.filter((j) => j.final === true).map((j) => j.id),
  );
  // Queued by an earlier try of this very fire, whose start may have been lost.
  const unstarted = standing.filter((s) => s.state === 'queued' || s.state === 'waiting');
  return { ...sortOut(fresh, unstarted, known), parents };
}

interface Decided {
  readonly job: Job;
  readonly row: LedgerRow;
  readonly sequence: boolean;
}

function decide(deps: Deps, job: Job, dues: readonly Instant[], i: number, all: readonly Verdict[]): Decided {
  const verdict = all[i] ?? { kind: 'queue' };
  const dueAt = dues[i] ?? 0;
  const sequence = all.some((v) => v.kind === 'queue') && (verdict.kind === 'run' || verdict.kind === 'queue');
  const runsHere = verdict.kind === 'run' && !sequence && !isGated(job) && isQuick(job.action);
  const id = deps.ids.next();
  return {
    job,
    sequence,
    row: {
      id,
      jobId: job.id,
      face: job.face,
      dueAt,
      state: stateOf(verdict, runsHere, isGated(job)),
      reason: 'reason' in verdict ? verdict.reason : null,
      jobRevision: job.revision,
      claimedBy: runsHere ? deps.instanceId : null,
      workflowId: runsHere || 'reason' in verdict ? null : workflowIdOf(job, dueAt),
      groupId: sequence ? catchUpId(job, dues) : null,
    },
  };
}

/** The `run-group` of a catch-up: one id for one batch of a job, whoever starts it. */
export function catchUpId(job: Job, dues: readonly Instant[]): string {
  return `catch-up-${job.id}-${dues.at(-1) ?? 0}`;
}

function stateOf(verdict: Verdict, runsHere: boolean, gated: boolean) {
  if (verdict.kind === 'skip') return 'skipped';
  if (verdict.kind === 'miss') return 'missed';
  if (runsHere) return 'running';
  return gated ? 'waiting' : 'queued';
}

function workflowIdOf(job: Job, dueAt: Instant): string {
  return runWorkflowId({ jobId: job.id, trigger: 'scheduled', dueAt, executionId: '' });
}

/** Counts and announces what ended at once, and announces what starts here. Returns what `countEnds` does. */
async function record(tx: Tx, { log }: Deps, fresh: readonly Decided[], now: Instant): Promise<readonly string[]> {
  const ended = fresh.filter(({ row }) => row.state === 'skipped' || row.state === 'missed');
  const parents = await countEnds(
    tx,
    ended.map(({ job, row }) => ({
      executionId: row.id,
      jobId: row.jobId,
      face: row.face,
      kind: job.schedule.kind,
      state: row.state,
      reason: row.reason,
      dueAt: row.dueAt,
      startedAt: null,
      endedAt: now,
      durationMs: null,
      latenessMs: null,
      error: null,
    })),
  );
  const conflicts = ended.filter(({ row }) => row.reason === 'overlap').map(({ row }) => row.id);
  if (conflicts.length > 0) {
    const shown = { executions: conflicts.slice(0, CONFLICTS_LOGGED), skipped: conflicts.length };
    log.info(shown, 'Misfire: skipped, since as many runs of the job as it may have are under way');
  }
  const started = fresh.filter(({ row }) => row.state === 'running');
  await notifyExecutions(tx, 'started', started.map(idOf));
  await notifyExecutions(tx, 'ended', ended.map(idOf));
  return parents;
}

function idOf({ row }: Decided): { id: string; dueAt: Instant } {
  return { id: row.id, dueAt: row.dueAt };
}

function sortOut(
  fresh: readonly Decided[],
  unstarted: readonly Standing[],
  known: ReadonlyMap<string, Job>,
): Omit<Claimed, 'parents'> {
  const runOf = ({ job, row }: Decided): ClaimedRun => ({
    executionId: row.id,
    dueAt: row.dueAt,
    job,
    firstAttempt: 1,
    waits: row.state === 'waiting',
  });
  const queued = new Map<string, ClaimedRun[]>();
  const gather = (run: ClaimedRun) => queued.set(run.job.id, [...(queued.get(run.job.id) ?? []), run]);
  for (const decided of fresh) {
    if (decided.row.state === 'queued' || decided.row.state === 'waiting') gather(runOf(decided));
  }
  for (const { id, jobId, dueAt, attemptsMade, state } of unstarted) {
    const job = known.get(jobId);
    const waits = state === 'waiting';
    if (job !== undefined) gather({ executionId: id, dueAt, job, firstAttempt: attemptsMade + 1, waits });
  }
  const groups = [...queued.values()];
  return {
    quick: fresh.filter(({ row }) => row.state === 'running').map(runOf),
    long: groups.flatMap((runs) => (runs.length === 1 ? runs : [])),
    sequences: groups.filter((runs) => runs.length > 1),
  };
}
