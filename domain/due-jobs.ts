import type { Instant } from './schedules/kind.ts';

/** A job that is due, as its clock hands it to `fire`. */
export interface DueJob {
  readonly id: string;
  readonly specRevision: number;
  /** Nominal times, ascending; more than one after an outage or a pile-up. */
  readonly dues: readonly Instant[];
  /** When the job fires after these, its jitter included, as far as the clock knows. */
  readonly next: Instant | null;
  /** Whether still more of its times were due than one batch takes; absent: no, as for `final`: history keeps each. */
  readonly behind?: boolean;
  /** Whether these are the last: the job then leaves its clock. */
  readonly final?: boolean;
}

/** Due jobs that differ in nothing but themselves. */
export interface DueGroup extends Omit<DueJob, 'id' | 'specRevision'> {
  /** `id → specRevision`. */
  readonly jobs: Readonly<Record<string, number>>;
}

/** Due jobs as history keeps them: at most ticks all have the same times, which then stand there once. */
export function grouped(due: readonly DueJob[]): DueGroup[] {
  const groups = new Map<string, DueGroup & { jobs: Record<string, number> }>();
  for (const { id, specRevision, ...alike } of due) {
    const key = JSON.stringify(alike);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...alike, jobs: { [id]: specRevision } });
    else group.jobs[id] = specRevision;
  }
  return [...groups.values()];
}

export function ungrouped(groups: readonly DueGroup[]): DueJob[] {
  return groups.flatMap(({ jobs, ...alike }) =>
    Object.entries(jobs).map(([id, specRevision]) => ({ id, specRevision, ...alike })),
  );
}
