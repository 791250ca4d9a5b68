import { Context } from '@temporalio/activity';
import { inTransaction, type Tx } from '../db/connect.ts';
import { notifyExecutions } from '../db/events.ts';
import { advanceJobs, lockJobs, readClaimStates, readStanding } from '../db/queries/claims.ts';
import { countEnds } from '../db/queries/ends.ts';
import { insertScheduled, type LedgerRow } from '../db/queries/ledger-rows.ts';
import { releaseSeats } from '../db/queries/seats.ts';
import { isQuick } from '../domain/actions/index.ts';
import { admit, type Verdict } from '../domain/admission.ts';
import type { Job } from '../domain/job.ts';
import { runSpecOf, runWorkflowId } from '../domain/run.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Deps } from './deps.ts';
import type { JobCache } from './job-cache.ts';
import { QUICK_LEASE_MS, runQuickly, type ClaimedRun, type QuickRunner } from './quick-run.ts';

/** A clock's due jobs at one tick. `now` is Temporal's time, by which due and grace are judged. */
export interface FireInput {
  readonly clockId: string;
  readonly now: Instant;
  readonly jobs: readonly {
    readonly id: string;
    readonly specRevision: number;
    /** Nominal times, ascending; more than one after an outage or a pile-up. */
    readonly dues: readonly Instant[];
    /** When the job fires after these, as far as the clock knows. */
    readonly next: Instant | null;
    /** Whether still more of its times were due than one batch takes. */
    readonly behind: boolean;
    /** Whether these are the last: the job then leaves its clock. */
    readonly final: boolean;
  }[];
}

interface Claimed {
  readonly quick: ClaimedRun[];
  /** Runs that take time, each on its own. */
  readonly long: ClaimedRun[];
  /** Catch-ups that must run one after another. */
  readonly sequences: ClaimedRun[][];
}

/** How many runs one fire starts side by side. */
const STARTS_AT_ONCE = 10;
const FAULTY_VALUE = /^2[23]/;

/**
 * Claims a batch in one short transaction, runs what is quick, starts `run-job` for the rest (DESIGN section 3.2).
 * Safe to run again at any point: a nominal time is claimed once, and what was claimed but not started is started.
 */
export function createFire(deps: Deps, jobs: JobCache, quick: QuickRunner) {
  return async function fire(input: FireInput): Promise<void> {
    const beat = setInterval(() => Context.current().heartbeat(), 1000);
    try {
      const claimedFromMs = deps.monotonicMs();
      const claimed = await claimParted(deps, jobs, input);
      const runs = [...claimed.quick].sort((a, b) => b.job.policy.priority - a.job.policy.priority);
      await Promise.all([runQuickly(quick, runs, claimedFromMs), start(deps, claimed)]);
    } finally {
      clearInterval(beat);
    }
  };
}

/** A batch whose claim Postgres refuses for a value in it is halved, so that one job can't stop the others. */
async function claimParted(deps: Deps, jobs: JobCache, input: FireInput): Promise<Claimed> {
  try {
    return await inTransaction(deps.db, (tx) => claim(tx, deps, jobs, input));
  } catch (error) {
    if (!FAULTY_VALUE.test((error as { code?: string }).code ?? '')) throw error;
    if (input.jobs.length === 1) {
      deps.log.error({ error, jobId: input.jobs[0]?.id }, 'A fire can not be recorded; the ledger check will say missed');
      return { quick: [], long: [], sequences: [] };
    }
    const middle = Math.ceil(input.jobs.length / 2);
    const first = await claimParted(deps, jobs, { ...input, jobs: input.jobs.slice(0, middle) });
    const second = await claimParted(deps, jobs, { ...input, jobs: input.jobs.slice(middle) });
    return {
      quick: [...first.quick, ...second.quick],
      long: [...first.long, ...second.long],
      sequences: [...first.sequences, ...second.sequences],
    };
  }
}

async function claim(tx: Tx, deps: Deps, cache: JobCache, input: FireInput): Promise<Claimed> {
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
    const verdicts = admit(due.dues, { policy: job.policy, live: state.live, now: input.now, behind: due.behind });
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
  await record(tx, fresh, input.now);
  await advanceJobs(
    tx,
    current.map((j) => ({ jobId: j.id, accountedUntil: j.dues.at(-1) ?? 0, nextDue: j.next })),
  );
  await releaseSeats(
    tx,
    current.filter((j) => j.final).map((j) => j.id),
  );
  // Queued by an earlier try of this very fire, whose start may have been lost.
  const unstarted = standing.filter((s) => s.state === 'queued');
  return sortOut(fresh, unstarted, known);
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
  const runsHere = verdict.kind === 'run' && !sequence && isQuick(job.action);
  const id = deps.ids.next();
  return {
    job,
    sequence,
    row: {
      id,
      jobId: job.id,
      face: job.face,
      dueAt,
      state: stateOf(verdict, runsHere),
      reason: 'reason' in verdict ? verdict.reason : null,
      jobRevision: job.revision,
      claimedBy: runsHere ? deps.instanceId : null,
      workflowId: runsHere || 'reason' in verdict ? null : workflowIdOf(job, dueAt),
      groupId: sequence ? catchUpId(job, dues) : null,
    },
  };
}

/** The `run-group` of a catch-up: one id for one batch of a job, whoever starts it. */
function catchUpId(job: Job, dues: readonly Instant[]): string {
  return `catch-up-${job.id}-${dues.at(-1) ?? 0}`;
}

function stateOf(verdict: Verdict, runsHere: boolean): 'skipped' | 'missed' | 'running' | 'queued' {
  if (verdict.kind === 'skip') return 'skipped';
  if (verdict.kind === 'miss') return 'missed';
  return runsHere ? 'running' : 'queued';
}

function workflowIdOf(job: Job, dueAt: Instant): string {
  return runWorkflowId({ jobId: job.id, trigger: 'scheduled', dueAt, executionId: '' });
}

/** Counts and announces what ended at once, and announces what starts here. */
async function record(tx: Tx, fresh: readonly Decided[], now: Instant): Promise<void> {
  const ended = fresh.filter(({ row }) => row.state === 'skipped' || row.state === 'missed');
  await countEnds(
    tx,
    ended.map(({ job, row }) => ({
      jobId: row.jobId,
      face: row.face,
      kind: job.schedule.kind,
      state: row.state,
      startedAt: null,
      endedAt: now,
      durationMs: null,
      latenessMs: null,
      error: null,
    })),
  );
  const started = fresh.filter(({ row }) => row.state === 'running');
  await notifyExecutions(tx, 'started', started.map(idOf));
  await notifyExecutions(tx, 'ended', ended.map(idOf));
}

function idOf({ row }: Decided): { id: string; dueAt: Instant } {
  return { id: row.id, dueAt: row.dueAt };
}

function sortOut(
  fresh: readonly Decided[],
  unstarted: readonly { id: string; jobId: string; dueAt: Instant }[],
  known: ReadonlyMap<string, Job>,
): Claimed {
  const runOf = (job: Job, executionId: string, dueAt: Instant): ClaimedRun => ({ executionId, dueAt, job });
  const queued = new Map<string, ClaimedRun[]>();
  const gather = (run: ClaimedRun) => queued.set(run.job.id, [...(queued.get(run.job.id) ?? []), run]);
  for (const { job, row } of fresh) if (row.state === 'queued') gather(runOf(job, row.id, row.dueAt));
  for (const row of unstarted) {
    const job = known.get(row.jobId);
    if (job !== undefined) gather(runOf(job, row.id, row.dueAt));
  }
  const groups = [...queued.values()];
  return {
    quick: fresh.filter(({ row }) => row.state === 'running').map(({ job, row }) => runOf(job, row.id, row.dueAt)),
    long: groups.flatMap((runs) => (runs.length === 1 ? runs : [])),
    sequences: groups.filter((runs) => runs.length > 1),
  };
}

/** Starts committed runs; one that can't be started now stays `queued`, and this fire's retry or the housekeeper starts it. */
async function start(deps: Deps, claimed: Claimed): Promise<void> {
  const specOf = ({ job, executionId, dueAt }: ClaimedRun) =>
    runSpecOf(job, { executionId, dueAt, trigger: 'scheduled', parameters: {}, correlationId: executionId });
  const starts = [
    ...claimed.long.map((run) => () => deps.runs.startRun(specOf(run))),
    ...claimed.sequences.map((runs) => () => {
      const inOrder = [...runs].sort((a, b) => a.dueAt - b.dueAt);
      const last = inOrder.at(-1);
      const groupId = last === undefined ? '' : catchUpId(last.job, [last.dueAt]);
      return deps.runs.startGroup({ groupId, runs: inOrder.map(specOf) });
    }),
  ];
  for (let i = 0; i < starts.length; i += STARTS_AT_ONCE) {
    await Promise.all(starts.slice(i, i + STARTS_AT_ONCE).map((begin) => begin()));
  }
}
