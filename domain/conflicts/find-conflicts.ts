import type { Schedule } from '../schedules/index.ts';
import type { Instant } from '../schedules/kind.ts';
import { firstExcess } from './capacity.ts';
import { exclusiveOnly, horizonFrom } from './conflict.ts';
import type { Conflict, ConflictCheck, ConflictType, Planned, PlannedJob, Severity } from './conflict.ts';
import { fireSeries, type FireSeries, type Horizon } from './fire-series.ts';
import { firstOverlap, lastFire, type Overlap, type Windows } from './overlap.ts';

const MINUTE_MS = 60_000;

/** A job whose windows were computed, so that many times can be tried against it. */
export interface Timed {
  readonly job: PlannedJob;
  readonly windows: Windows;
}

/** The jobs with their windows; equal schedules are computed once. A schedule that can't be computed any more has none. */
export function timed(jobs: readonly PlannedJob[], now: Instant): Timed[] {
  const horizon = horizonFrom(now);
  const known = new Map<string, FireSeries>();
  return jobs.flatMap((job) => {
    const key = JSON.stringify(job.schedule);
    try {
      const series = known.get(key) ?? fireSeries(job.schedule, horizon);
      known.set(key, series);
      return [{ job, windows: { series, durationMs: expectedMs(job) } }];
    } catch (error) {
      // The time zone left this runtime's data: `plan` sets such a job aside; it fires no more.
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
}

/** What `candidate` is in conflict with in the next 7 days, the gravest first (DECISIONS section 7). */
export function findConflicts(candidate: Planned, others: readonly Timed[], check: ConflictCheck): Conflict[] {
  const horizon = horizonFrom(check.now);
  const own = windowsOf(candidate, horizon);
  const meeting = others.flatMap((other) => {
    const overlap = firstOverlap(own, other.windows, horizon);
    return overlap === null ? [] : [{ ...other, overlap }];
  });
  const excess = firstExcess(
    own,
    meeting.map(({ windows }) => windows),
    check.maxConcurrent,
    horizon,
  );
  const conflicts = meeting.map(({ job, windows, overlap }): Conflict => {
    const shared = job.resources.filter((resource) => candidate.resources.includes(resource));
    const isAtExcess = excess !== null && runsAt(windows, excess, horizon);
    const type = shared.length > 0 ? 'resource_overlap' : isAtExcess ? 'capacity' : 'time_overlap';
    const [from, to] =
      type === 'capacity' && excess !== null ? [excess, excess + 1000] : stretchOf(own, windows, overlap);
    return { job, type, severity: severityOf(type, shared, to - from), from, to, shared };
  });
  return conflicts.sort((a, b) => gravity(b) - gravity(a) || a.from - b.from || a.job.number - b.job.number);
}

/** Whether `candidate` fires within the 7 days and nothing of `types` stands against it: stops at the first that does. */
export function isFree(
  candidate: Planned,
  others: readonly Timed[],
  check: ConflictCheck,
  types: readonly ConflictType[],
): boolean {
  const horizon = horizonFrom(check.now);
  const own = windowsOf(candidate, horizon);
  if (own.series.firstFrom(horizon.from) === Infinity) return false;
  const shares = ({ job }: Timed) => job.resources.some((resource) => candidate.resources.includes(resource));
  const barring = types.includes('time_overlap') ? others : others.filter(shares);
  if (barring.some(({ windows }) => firstOverlap(own, windows, horizon) !== null)) return false;
  if (types.includes('time_overlap')) return true;
  const meeting = others.filter(({ windows }) => firstOverlap(own, windows, horizon) !== null);
  return (
    firstExcess(
      own,
      meeting.map(({ windows }) => windows),
      check.maxConcurrent,
      horizon,
    ) === null
  );
}

function windowsOf(planned: Planned, horizon: Horizon): Windows {
  return { series: fireSeries(planned.schedule, horizon), durationMs: expectedMs(planned) };
}

/** With jitter a run may begin later than it is due: its window ends as late as that. */
function expectedMs({ schedule, durationMs }: Planned): number {
  return Math.max(1, durationMs) + longestJitterMs(schedule);
}

function longestJitterMs(schedule: Schedule): number {
  if (schedule.kind !== 'interval' || schedule.jitterPercentage === 0) return 0;
  const { everySeconds, jitterPercentage } = schedule;
  return Math.min(Math.ceil((everySeconds * jitterPercentage) / 100), everySeconds - 1) * 1000;
}

/** Within the window that the first overlap disturbs: from where it begins to where the last one ends. */
function stretchOf(own: Windows, other: Windows, { first, second }: Overlap): [from: Instant, to: Instant] {
  const ownEnd = first + own.durationMs;
  const last = lastFire(other.series, second, ownEnd) ?? second;
  return [Math.max(first, second), Math.min(ownEnd, last + other.durationMs)];
}

function runsAt({ series, durationMs }: Windows, at: Instant, { from }: Horizon): boolean {
  return series.firstFrom(Math.max(from, at - durationMs + 1)) <= at;
}

/** Two that merely run side by side are low, or medium from a minute on; what can do harm is high. */
function severityOf(type: ConflictType, shared: readonly string[], lastsMs: number): Severity {
  if (type === 'capacity') return 'high';
  if (type === 'resource_overlap') return exclusiveOnly(shared).length > 0 ? 'high' : 'medium';
  return lastsMs >= MINUTE_MS ? 'medium' : 'low';
}

const GRAVITY: Readonly<Record<ConflictType, number>> = { resource_overlap: 2, capacity: 1, time_overlap: 0 };
const WEIGHT: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2 };

function gravity({ type, severity }: Conflict): number {
  return WEIGHT[severity] * 3 + GRAVITY[type];
}
