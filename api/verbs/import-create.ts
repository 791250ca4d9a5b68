import type { Tx } from '../../db/connect.ts';
import { passNumber, takenIdentities, type BatchedJob } from '../../db/queries/job-batch.ts';
import type { Job } from '../../domain/job.ts';
import { cleanJson } from '../../domain/json.ts';
import { accountableFrom } from './clock-seat.ts';
import type { VerbContext } from './context.ts';
import type { ImportRecord } from './import-record.ts';
import type { ImportItem } from './match-import.ts';
import { BATCH, storeNewJobs } from './store-new-jobs.ts';

/** Public ids are kept up to here: one number far out would make all later ids as long. */
const HIGHEST_KEPT = 1_000_000;

export interface Imported {
  readonly jobs: Map<ImportItem, Job>;
  readonly clocks: Map<string, string[]>;
}

/**
 * Makes the jobs of items that are not there, in batches: under their own UUIDs and public ids where these were never
 * used here, so that jitter, links and notes of an export hold.
 */
export async function createImported(
  tx: Tx,
  ctx: VerbContext,
  items: readonly ImportItem[],
  options: { keepNumbers: boolean; record: ImportRecord },
): Promise<Imported> {
  const { face } = ctx.actor;
  const numbersOf = (item: ImportItem) =>
    options.keepNumbers && item.number !== null && item.number <= HIGHEST_KEPT ? item.number : null;
  const wanted = { ids: items.flatMap((i) => i.id ?? []), numbers: items.flatMap((i) => numbersOf(i) ?? []) };
  const taken = await takenIdentities(tx, face, wanted);
  const given = new Set<number>();
  const batch = items.map((item) => {
    const number = numbersOf(item);
    const isFree = number !== null && !taken.numbers.has(number) && !given.has(number);
    if (isFree) given.add(number);
    const keepsId = item.id !== null && !taken.ids.has(item.id);
    return batched(ctx, item, {
      id: keepsId ? item.id : null,
      number: isFree ? number : null,
      importId: options.record.id,
    });
  });
  if (given.size > 0) await passNumber(tx, face, Math.max(...given));
  const made: Imported = { jobs: new Map(), clocks: new Map() };
  for (let i = 0; i < items.length; i += BATCH) {
    const { jobs, clocks } = await storeNewJobs(tx, ctx, batch.slice(i, i + BATCH));
    for (const [clockId, ids] of clocks) made.clocks.set(clockId, [...(made.clocks.get(clockId) ?? []), ...ids]);
    for (const [n, job] of jobs.entries()) {
      const item = items[i + n];
      if (item !== undefined) made.jobs.set(item, job);
    }
    options.record.advance(jobs.length);
  }
  return made;
}

function batched(
  ctx: VerbContext,
  item: ImportItem,
  as: { id: string | null; number: number | null; importId: string },
): BatchedJob {
  const { subject, roles, face, correlationId } = ctx.actor;
  const now = ctx.now();
  const spec = cleanJson(item.spec);
  const job = {
    ...spec,
    extra: item.id === null || as.id !== null ? spec.extra : { ...spec.extra, importedFrom: item.id },
    id: as.id ?? ctx.ids.next(),
    face,
    revision: 1,
    specRevision: 1,
    pausedAt: item.pausedAt,
    disabledBy: spec.enabled ? null : ('user' as const),
    disabledReason: spec.enabled ? null : cleanJson(item.disabledReason),
    createdBy: subject,
    createdAt: now,
    updatedBy: subject,
    updatedAt: now,
  };
  const audit = {
    actor: subject,
    roles,
    face,
    action: 'job.create',
    jobId: job.id,
    executionId: null,
    before: null,
    after: spec,
    reason: as.importId,
    correlationId,
  };
  // What was due before it came here is not this service's to account for.
  return { job, number: as.number, accountedUntil: item.anchored ? now : accountableFrom(job.schedule, now), audit };
}
