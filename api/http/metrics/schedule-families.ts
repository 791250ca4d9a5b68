import type { ExecutionTotals } from '../../../db/queries/execution-totals.ts';
import type { JobCounts, MetricsReading } from '../../../db/queries/metrics-read.ts';
import { SCHEDULE_KIND_NAMES } from '../../../domain/schedules/index.ts';
import type { Family, Sample } from './exposition.ts';
import { histogramFamily } from './histogram-family.ts';

/** The words of commands.txt where it has one; other kinds go by their own name. */
const TYPES: Readonly<Record<string, string>> = { once: 'one_time', none: 'manual' };
const JOB_STATUSES = ['active', 'paused', 'completed', 'disabled'] as const;
const ENDS = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed'] as const;
const RAN = ['succeeded', 'failed', 'timed_out', 'cancelled'] as const;

/** The five metrics of commands.txt with its labels, and how late executions began. Series are there before anything happens. */
export function scheduleFamilies({ jobs, totals, live }: MetricsReading): Family[] {
  const sum = (valueOf: (total: ExecutionTotals) => number) => totals.reduce((all, total) => all + valueOf(total), 0);
  const underWay = live.reduce((all, { count }) => all + count, 0);
  const won = sum((total) => RAN.reduce((all, state) => all + total[state], 0)) + underWay;
  return [
    {
      name: 'schedules_total',
      help: 'Schedules by type and status, of all faces.',
      type: 'gauge',
      samples: byKind(jobs, 'type', JOB_STATUSES, (counts: JobCounts, status) => counts[status]),
    },
    {
      name: 'schedule_executions_total',
      help: 'Executions that ended, by the type of their schedule and how they ended.',
      type: 'counter',
      samples: byKind(totals, 'schedule_type', ENDS, (total: ExecutionTotals, status) => total[status]),
    },
    histogramFamily({
      name: 'schedule_execution_duration_seconds',
      help: 'How long executions took, from the start of their first attempt to their end.',
      counts: merged(totals.map(({ durations }) => durations)),
      sumMs: sum(({ durationTotalMs }) => durationTotalMs),
    }),
    {
      name: 'schedule_misfires_total',
      help: 'Fires that were due and did not run: missed, or skipped since as many as allowed were under way.',
      type: 'counter',
      samples: [{ value: sum(({ missed, skipped }) => missed + skipped) }],
    },
    {
      name: 'distributed_locks_acquired_total',
      help: 'Claims won: executions that were admitted, each by its one row of the ledger.',
      type: 'counter',
      samples: [{ value: won }],
    },
    histogramFamily({
      name: 'almanac_lateness_seconds',
      help: 'How long after their nominal time executions began. The sum is that of the middles of finer buckets.',
      counts: merged(totals.map(({ lateness }) => lateness)),
    }),
  ];
}

function byKind<Row extends { readonly kind: string }, Status extends string>(
  rows: readonly Row[],
  label: string,
  statuses: readonly Status[],
  valueOf: (row: Row, status: Status) => number,
): Sample[] {
  return SCHEDULE_KIND_NAMES.flatMap((kind) => {
    const row = rows.find((one) => one.kind === kind);
    return statuses.map((status) => ({
      labels: { [label]: TYPES[kind] ?? kind, status },
      value: row === undefined ? 0 : valueOf(row, status),
    }));
  });
}

function merged(histograms: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...histograms.map((counts) => counts.length));
  return Array.from({ length }, (_, i) => histograms.reduce((sum, counts) => sum + (counts[i] ?? 0), 0));
}
