import { figuresOf, type Report } from './report.ts';

const COLUMNS = [
  'start',
  'job_id',
  'job_name',
  'executions',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'skipped',
  'missed',
  'success_rate',
  'average_ms',
  'p50_ms',
  'p95_ms',
  'p99_ms',
];

/** A row for each job and hour or day, as RFC 4180 writes it; text that a spreadsheet would run begins with `'`. */
export async function* csvOf(report: Report): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const { jobs, series } of report.pages()) {
    const names = new Map(jobs.map((job) => [job.jobId, job.name]));
    for (const step of series) {
      const { executions, success_rate, average_ms, p50_ms, p95_ms, p99_ms } = figuresOf(step);
      const counts = [step.succeeded, step.failed, step.timedOut, step.cancelled, step.skipped, step.missed];
      const start = new Date(step.start).toISOString();
      const cells = [start, step.jobId, harmless(names.get(step.jobId) ?? ''), executions, ...counts];
      yield `${[...cells, success_rate, average_ms, p50_ms, p95_ms, p99_ms].map(cell).join(',')}\r\n`;
    }
  }
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
