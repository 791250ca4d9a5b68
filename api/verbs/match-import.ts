import type { KnownJob } from '../../db/queries/job-batch.ts';
import type { JobSpec } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';

/** One job of an import, as its face has read it. */
export interface ImportItem {
  /** Its place in the file, from 0. */
  readonly index: number;
  /** The UUID that it had where it was exported. */
  readonly id: string | null;
  /** The integer behind its public id there. */
  readonly number: number | null;
  readonly spec: JobSpec;
  /** Whether the phase of its interval is given, and not made up now. */
  readonly anchored: boolean;
  readonly pausedAt: Instant | null;
  readonly disabledReason: string | null;
}

/**
 * Which job that stands is meant by which item: the one with its UUID (or that was imported under it), else with its
 * public id and name, else the first with its name that no other item means. A repeated import so meets its own jobs.
 */
export function matchItems(items: readonly ImportItem[], known: readonly KnownJob[]): Map<ImportItem, KnownJob> {
  const matched = new Map<ImportItem, KnownJob>();
  const claimed = new Set<KnownJob>();
  const claim = (find: (item: ImportItem) => KnownJob | undefined) => {
    for (const item of items) {
      if (matched.has(item)) continue;
      const found = find(item);
      if (found === undefined || claimed.has(found)) continue;
      matched.set(item, found);
      claimed.add(found);
    }
  };
  const byId = new Map(known.map((job) => [job.id, job]));
  const byOrigin = new Map(known.map((job) => [job.importedFrom, job]));
  claim(({ id }) => (id === null ? undefined : (byId.get(id) ?? byOrigin.get(id))));
  const byNumber = new Map(known.map((job) => [job.number, job]));
  claim(({ number, spec }) => {
    const found = number === null ? undefined : byNumber.get(number);
    return found?.name === spec.name ? found : undefined;
  });
  const byName = new Map<string, KnownJob[]>();
  for (const job of known) if (!claimed.has(job)) byName.set(job.name, [...(byName.get(job.name) ?? []), job]);
  claim(({ spec }) => byName.get(spec.name)?.shift());
  return matched;
}

/** Items that no one could tell apart when the file is imported again: the later of two, with what to change. */
export function twins(items: readonly ImportItem[]): Map<ImportItem, { path: string; message: string }> {
  const faults = new Map<ImportItem, { path: string; message: string }>();
  const ids = new Set<string>();
  const names = new Map<string, ImportItem>();
  for (const item of items) {
    const namesake = names.get(item.spec.name);
    if (item.id !== null && ids.has(item.id)) {
      faults.set(item, { path: 'uuid', message: 'stands in the file twice: remove one of the two' });
    } else if (namesake !== undefined && (item.id === null || namesake.id === null)) {
      const message = `is that of jobs[${namesake.index}] too: give each its own name, or both the "uuid" of an export`;
      faults.set(item, { path: 'name', message });
    }
    if (item.id !== null) ids.add(item.id);
    if (namesake === undefined) names.set(item.spec.name, item);
  }
  return faults;
}
