import type { Db } from '../../../db/connect.ts';
import { REPORT_RANGES, type ReportAction } from '../../../domain/actions/file.ts';
import { addTo, percentile } from '../../../domain/histogram.ts';
import { successRate } from '../../../domain/execution.ts';
import type { Instant } from '../../../domain/schedules/kind.ts';
import {
  latenessOf,
  reportJobs,
  reportJobSeries,
  reportSeries,
  type ReportCounts,
  type ReportJob,
  type ReportScope,
  type ReportUnit,
} from '../../../db/queries/report.ts';
import type { ActionContext } from '../handler.ts';

const HOUR_MS = 3_600_000;
const JOBS_IN_PAGE = 100;
/** Roll-ups of single jobs hold no lateness: a report of some tags reads it from this many runs of each job. */
export const LATENESS_RUNS = 1000;

export interface Step extends ReportCounts {
  readonly start: Instant;
  readonly lateness: readonly number[];
}

/** What a report shows. Jobs come page by page, so that a report of any number of them fits in memory. */
export interface Report {
  readonly title: string;
  readonly generatedAt: Instant;
  readonly scope: ReportScope;
  readonly unit: ReportUnit;
  /** One for each hour or day, those without executions too. */
  readonly steps: readonly Step[];
  readonly total: Step;
  /** Pages of jobs, each with its steps. */
  pages(): AsyncGenerator<{ jobs: ReportJob[]; series: (ReportCounts & { jobId: string; start: Instant })[] }>;
}

const NOTHING: Omit<Step, 'start'> = {
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  missed: 0,
  durationTotalMs: 0,
  durations: [],
  lateness: [],
};

/** Reads the roll-ups of the face that the reporting job belongs to: no face sees another's jobs (DECISIONS section 1). */
export async function gatherReport(
  action: ReportAction,
  { deps, run, stop: { signal } }: ActionContext,
): Promise<Report> {
  const generatedAt = deps.now();
  const hours = REPORT_RANGES[action.time_range];
  const scope = { face: run.face, tags: action.tags, from: generatedAt - hours * HOUR_MS, to: generatedAt };
  const unit = hours <= 48 ? 'hour' : 'day';
  const counted = filled(await reportSeries(deps.db, scope, unit), scope, unit);
  const steps = scope.tags === null ? counted : await withLateness(counted, deps.db, scope, unit, signal);
  const about = scope.tags === null ? 'All jobs' : `Jobs tagged ${scope.tags.join(', ')}`;
  return {
    title: `${about}, the last ${action.time_range}`,
    generatedAt,
    scope,
    unit,
    steps,
    total: summed(steps),
    async *pages() {
      for await (const jobs of jobPages(deps.db, scope, signal)) {
        const ids = jobs.map((job) => job.jobId);
        yield { jobs, series: await reportJobSeries(deps.db, scope, ids, unit) };
      }
    },
  };
}

async function* jobPages(db: Db, scope: ReportScope, signal: AbortSignal): AsyncGenerator<ReportJob[]> {
  for (let after = -1; ;) {
    signal.throwIfAborted();
    const jobs = await reportJobs(db, scope, { after, limit: JOBS_IN_PAGE });
    if (jobs.length > 0) yield jobs;
    if (jobs.length < JOBS_IN_PAGE) return;
    after = jobs.at(-1)?.number ?? after;
  }
}

async function withLateness(
  steps: readonly Step[],
  db: Db,
  scope: ReportScope,
  unit: ReportUnit,
  signal: AbortSignal,
): Promise<Step[]> {
  const late = new Map(steps.map((step) => [step.start, [] as number[]]));
  for await (const jobs of jobPages(db, scope, signal)) {
    const ids = jobs.map((job) => job.jobId);
    for (const { start, latenessMs } of await latenessOf(db, scope, ids, { unit, latest: LATENESS_RUNS })) {
      const counts = late.get(start);
      if (counts !== undefined) addTo(counts, latenessMs);
    }
  }
  return steps.map((step) => ({ ...step, lateness: late.get(step.start) ?? [] }));
}

/** The steps from the first to the last, with zeros where nothing ended. */
function filled(found: readonly Step[], scope: ReportScope, unit: ReportUnit): Step[] {
  const stepMs = unit === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  const known = new Map(found.map((step) => [step.start, step]));
  const steps: Step[] = [];
  for (let start = scope.from - (scope.from % stepMs); start < scope.to; start += stepMs) {
    steps.push(known.get(start) ?? { ...NOTHING, start });
  }
  return steps;
}

function summed(steps: readonly Step[]): Step {
  return steps.reduce<Step>(
    (sum, step) => ({
      start: sum.start,
      succeeded: sum.succeeded + step.succeeded,
      failed: sum.failed + step.failed,
      timedOut: sum.timedOut + step.timedOut,
      cancelled: sum.cancelled + step.cancelled,
      skipped: sum.skipped + step.skipped,
      missed: sum.missed + step.missed,
      durationTotalMs: sum.durationTotalMs + step.durationTotalMs,
      durations: merged(sum.durations, step.durations),
      lateness: merged(sum.lateness, step.lateness),
    }),
    { ...NOTHING, start: steps[0]?.start ?? 0 },
  );
}

function merged(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0));
}

/** The figures that every format shows: whole milliseconds, shares from 0 to 1, null where nothing was counted. */
export function figuresOf(counts: ReportCounts) {
  const { succeeded, failed, timedOut, cancelled, skipped, missed, durations, durationTotalMs } = counts;
  const measured = durations.reduce((sum, n) => sum + n, 0);
  const at = (q: number) => rounded(percentile(durations, q));
  return {
    executions: succeeded + failed + timedOut + cancelled + skipped + missed,
    success_rate: successRate(counts),
    average_ms: rounded(measured === 0 ? null : durationTotalMs / measured),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
  };
}

export function latenessFigures(lateness: readonly number[]) {
  const at = (q: number) => rounded(percentile(lateness, q));
  return { late_p50_ms: at(0.5), late_p95_ms: at(0.95), late_p99_ms: at(0.99) };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
