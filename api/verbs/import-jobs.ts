import { inTransaction, type Tx } from '../../db/connect.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import type { ImportEnd } from '../../db/queries/imports.ts';
import { knownJobs } from '../../db/queries/job-batch.ts';
import { countJobsExclusively } from '../../db/queries/job-writes.ts';
import { DomainError, type Fault } from '../../domain/errors.ts';
import type { VerbContext } from './context.ts';
import { createImported, type Imported } from './import-create.ts';
import { openImport, type ImportProgress, type ImportRecord } from './import-record.ts';
import { replaceImported } from './import-replace.ts';
import { matchItems, twins, type ImportItem } from './match-import.ts';
import { pokeAll } from './poke-all.ts';
import { conflictsAmong } from './refuse-conflicts.ts';
import { requireAdminFor } from './require-admin.ts';
import { knownCheck } from './require-known.ts';

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
  /** Hears at once, and after each batch, how far it is. */
  readonly onProgress?: (progress: ImportProgress) => void;
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
 * not name stay as they are. Repeating an import changes nothing. `getImport` tells of it from before the first job on,
 * whatever becomes of it. Throws ENGINE_UNAVAILABLE and MAX_JOBS_EXCEEDED.
 */
export async function importJobs(ctx: VerbContext, input: ImportInput): Promise<ImportReport> {
  await ctx.engine.ensureReachable();
  const { strategy, dryRun, onProgress } = input;
  const total = input.items.length + new Set(input.faults.map(({ index }) => index)).size;
  const record = await openImport(ctx, { strategy, dryRun, total, onProgress });
  try {
    const { report, clocks } = await inTransaction(ctx.db, (tx) => importWithin(tx, ctx, input, record));
    void pokeAll(ctx, clocks);
    return report;
  } catch (error) {
    if (error instanceof TakenBack) {
      await record.end(ctx.db, endOf(error.report, dryRun));
      return error.report;
    }
    const message = error instanceof DomainError ? error.message : 'Something went wrong here: the log tells more.';
    const end = { state: 'failed', imported: 0, skipped: 0, errors: 1, message } as const;
    await record.end(ctx.db, end).catch((lost: unknown) => {
      ctx.log.warn({ error: lost, importId: record.id }, 'The end of an import could not be recorded');
    });
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
  record: ImportRecord,
): Promise<{ report: ImportReport; clocks: ReadonlyMap<string, readonly string[]> }> {
  const { face, subject, correlationId } = ctx.actor;
  await record.hold(tx);
  const present = await countJobsExclusively(tx, face);
  const faults = new Map<ImportItem, Fault>(twins(input.items));
  const items = input.items.filter((item) => !faults.has(item));
  for (const { spec } of items) requireAdminFor(ctx.actor, spec.action);
  const matched = matchItems(items, await knownJobs(tx, face));
  const lacks = await knownCheck(tx, ctx.limits);
  const absent = items.filter((item) => !matched.has(item));
  for (const item of absent) {
    const message = lacks(item.spec.action);
    if (message !== null) faults.set(item, { path: 'action', message });
  }
  refuseAbove(input.maxJobs, present, absent.length);

  const keepNumbers = !input.dryRun && faults.size + input.faults.length === 0;
  const created = await createImported(tx, ctx, absent, { keepNumbers, record });
  const standing: typeof matched = new Map(input.strategy === 'replace' ? matched : []);
  const replaced = await replaceImported(tx, ctx, standing, { lacks, faults, record });
  await faultConflicts(tx, ctx, new Map([...created.jobs, ...replaced.jobs]), faults);

  const outcomes = items.map((item): ImportOutcome => {
    const { index, spec } = item;
    const made = created.jobs.get(item);
    if (made !== undefined)
      return { index, name: spec.name, number: input.dryRun ? null : made.number, outcome: 'created' };
    const number = matched.get(item)?.number ?? null;
    return { index, name: spec.name, number, outcome: replaced.jobs.has(item) ? 'updated' : 'skipped' };
  });
  const found = [...faults].map(([{ index, spec }, fault]) => ({ index, name: spec.name, ...fault }));
  const allFaults = [...input.faults, ...found].sort((a, b) => a.index - b.index);
  const stored = !input.dryRun && allFaults.length === 0;
  const report = { importId: record.id, outcomes, faults: allFaults, stored };
  if (!stored) throw new TakenBack(report);
  await writeAudit(tx, {
    actor: subject,
    face,
    action: 'jobs.import',
    jobId: null,
    executionId: null,
    before: null,
    after: { import: record.id, strategy: input.strategy, created: created.jobs.size, updated: replaced.jobs.size },
    reason: null,
    correlationId,
  });
  await record.end(tx, endOf(report, false));
  return { report, clocks: new Map([...replaced.clocks, ...created.clocks]) };
}

function endOf({ outcomes, faults }: ImportReport, dryRun: boolean): ImportEnd {
  const refused = faults.length > 0 && !dryRun;
  const changed = outcomes.filter(({ outcome }) => outcome !== 'skipped').length;
  return {
    state: refused ? 'refused' : 'completed',
    imported: refused ? 0 : changed,
    skipped: outcomes.length - changed,
    errors: faults.length,
    message: faults[0] === undefined ? null : `jobs[${faults[0].index}].${faults[0].path}: ${faults[0].message}`,
  };
}

function refuseAbove(maxJobs: number, present: number, more: number): void {
  if (maxJobs === 0 || more === 0 || present + more <= maxJobs) return;
  throw new DomainError(
    'MAX_JOBS_EXCEEDED',
    `The import would add ${more} jobs to ${present}, and at most ${maxJobs} are allowed. Import fewer, or raise MAX_JOBS.`,
    { max_jobs: maxJobs, current_jobs: present },
  );
}

async function faultConflicts(
  tx: Tx,
  ctx: VerbContext,
  made: Imported['jobs'],
  faults: Map<ImportItem, Fault>,
): Promise<void> {
  const items = new Map([...made].map(([item, job]) => [job.id, item]));
  for (const { job, with: name } of await conflictsAmong(tx, ctx, [...made.values()])) {
    const item = items.get(job.id);
    const message = `Schedule conflicts with existing job: ${name}`;
    if (item !== undefined && !faults.has(item)) faults.set(item, { path: 'schedule', message });
  }
}
