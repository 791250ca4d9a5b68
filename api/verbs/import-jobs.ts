import { inTransaction, type Tx } from '../../db/connect.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { countBulk, insertBulk } from '../../db/queries/bulks.ts';
import { knownJobs } from '../../db/queries/job-batch.ts';
import { countJobsExclusively } from '../../db/queries/job-writes.ts';
import { DomainError, type Fault } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import type { VerbContext } from './context.ts';
import { createImported } from './import-create.ts';
import { replaceImported } from './import-replace.ts';
import { matchItems, twins, type ImportItem } from './match-import.ts';
import { refuseConflicts } from './refuse-conflicts.ts';
import { requireAdminFor } from './require-admin.ts';

/** `merge` adds what is not there and leaves the rest as it is; `replace` makes what is there as the file says, too. */
export type ImportStrategy = 'merge' | 'replace';

export interface ImportInput {
  readonly items: readonly ImportItem[];
  /** Items that could not even be read: with any of them nothing is stored. */
  readonly faults: readonly ImportFault[];
  readonly strategy: ImportStrategy;
  readonly dryRun: boolean;
  /** The most jobs that the face may have; 0: no bound. */
  readonly maxJobs: number;
}

export interface ImportFault extends Fault {
  readonly index: number;
  readonly name: string | null;
}

export interface ImportOutcome {
  readonly index: number;
  readonly name: string;
  /** The job's number; null for one that a dry run would make. */
  readonly number: number | null;
  readonly outcome: 'created' | 'updated' | 'skipped';
}

export interface ImportReport {
  readonly importId: string;
  readonly outcomes: readonly ImportOutcome[];
  readonly faults: readonly ImportFault[];
  /** Whether it was stored: not in a dry run, nor when an item is faulty. */
  readonly stored: boolean;
}

/**
 * Imports jobs, all or none, in one transaction; a dry run does the same work and takes it back. Jobs that the file does
 * not name stay as they are. Repeating an import changes nothing. Throws ENGINE_UNAVAILABLE and MAX_JOBS_EXCEEDED.
 */
export async function importJobs(ctx: VerbContext, input: ImportInput): Promise<ImportReport> {
  await ctx.engine.ensureReachable();
  try {
    const { report, clocks } = await inTransaction(ctx.db, (tx) => importWithin(tx, ctx, input));
    void pokeAll(ctx, clocks);
    return report;
  } catch (error) {
    if (error instanceof TakenBack) return error.report;
    throw error;
  }
}

/** Ends a transaction whose work is only to be told of. */
class TakenBack extends Error {
  readonly report: ImportReport;
  constructor(report: ImportReport) {
    super('taken back');
    this.report = report;
  }
}

async function importWithin(
  tx: Tx,
  ctx: VerbContext,
  input: ImportInput,
): Promise<{ report: ImportReport; clocks: ReadonlyMap<string, readonly string[]> }> {
  const { face, subject, correlationId } = ctx.actor;
  const at = ctx.now();
  const present = await countJobsExclusively(tx, face);
  const importId = await insertBulk(tx, { kind: 'import', face, startedBy: subject, at, finishedAt: at });
  const doubled = twins(input.items);
  const faults = [...input.faults, ...[...doubled].map(([item, fault]) => faultAt(item, fault))];
  const items = input.items.filter((item) => !doubled.has(item));
  for (const { spec } of items) requireAdminFor(ctx.actor, spec.action);
  const matched = matchItems(items, await knownJobs(tx, face));
  const absent = items.filter((item) => !matched.has(item));
  refuseAbove(input.maxJobs, present, absent.length);

  const taken = { keepNumbers: !input.dryRun && faults.length === 0, importId };
  const created = await createImported(tx, ctx, absent, taken);
  const replaced =
    input.strategy === 'replace'
      ? await replaceImported(tx, ctx, matched)
      : { jobs: new Map<ImportItem, Job>(), clocks: new Map<string, string[]>() };
  for (const [item, job] of [...created.jobs, ...replaced.jobs]) {
    const conflict = await conflictOf(tx, ctx, job);
    if (conflict !== null) faults.push(faultAt(item, { path: 'schedule', message: conflict }));
  }

  const outcomes = items.map((item): ImportOutcome => {
    const { index, spec } = item;
    const made = created.jobs.get(item);
    if (made !== undefined)
      return { index, name: spec.name, number: input.dryRun ? null : made.number, outcome: 'created' };
    const number = matched.get(item)?.number ?? null;
    return { index, name: spec.name, number, outcome: replaced.jobs.has(item) ? 'updated' : 'skipped' };
  });
  const stored = !input.dryRun && faults.length === 0;
  const report = { importId, outcomes, faults, stored };
  if (!stored) throw new TakenBack(report);
  const counts = { total: items.length, started: created.jobs.size + replaced.jobs.size };
  await countBulk(tx, importId, counts);
  await writeAudit(tx, {
    actor: subject,
    face,
    action: 'jobs.import',
    jobId: null,
    executionId: null,
    before: null,
    after: { import: importId, strategy: input.strategy, created: created.jobs.size, updated: replaced.jobs.size },
    reason: null,
    correlationId,
  });
  return { report, clocks: new Map([...replaced.clocks, ...created.clocks]) };
}

function faultAt({ index, spec }: ImportItem, fault: Fault): ImportFault {
  return { index, name: spec.name, ...fault };
}

function refuseAbove(maxJobs: number, present: number, more: number): void {
  if (maxJobs === 0 || more === 0 || present + more <= maxJobs) return;
  throw new DomainError(
    'MAX_JOBS_EXCEEDED',
    `The import would add ${more} jobs to ${present}, and at most ${maxJobs} are allowed. Import fewer, or raise MAX_JOBS.`,
    { max_jobs: maxJobs, current_jobs: present },
  );
}

async function conflictOf(tx: Tx, ctx: VerbContext, job: Job): Promise<string | null> {
  try {
    await refuseConflicts(tx, ctx, { ...job, averageMs: null });
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'SCHEDULE_CONFLICT') return error.message;
    throw error;
  }
}

/** Pokes at once, and what fails is the housekeeper's: a clock stays dirty until it was poked. */
const POKES_AT_ONCE = 20;

async function pokeAll(ctx: VerbContext, clocks: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const pokes = [...clocks];
  for (let i = 0; i < pokes.length; i += POKES_AT_ONCE) {
    const sent = pokes.slice(i, i + POKES_AT_ONCE).map(([clockId, jobIds]) => ctx.engine.poke(clockId, jobIds));
    const failed = (await Promise.allSettled(sent)).filter((poke) => poke.status === 'rejected').length;
    if (failed > 0) ctx.log.warn({ clocks: failed }, 'Clocks could not be poked; the housekeeper will poke them again');
  }
}
