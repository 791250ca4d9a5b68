import type { ReportCounts } from '../../../db/queries/report.ts';
import { figuresOf, latenessFigures, type Report, type Step } from './report.ts';

/** One JSON document: the range, the totals, the steps and every job. */
export async function* jsonOf(report: Report): AsyncGenerator<string> {
  const { title, generatedAt, scope, unit, steps, total } = report;
  const head = {
    title,
    generated_at: iso(generatedAt),
    from: iso(scope.from),
    to: iso(scope.to),
    tags: scope.tags,
    unit,
    total: { ...counted(total), ...latenessFigures(total.lateness) },
    steps: steps.map(stepOf),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"jobs":[`;
  let separator = '';
  for await (const { jobs } of report.pages()) {
    for (const job of jobs) {
      yield `${separator}\n${JSON.stringify({ job_id: job.jobId, name: job.name, deleted: job.deleted, ...counted(job) })}`;
      separator = ',';
    }
  }
  yield '\n]}\n';
}

function stepOf(step: Step) {
  return { start: iso(step.start), ...counted(step), ...latenessFigures(step.lateness) };
}

function counted(counts: ReportCounts) {
  const { succeeded, failed, timedOut: timed_out, cancelled, skipped, missed } = counts;
  return { ...figuresOf(counts), succeeded, failed, timed_out, cancelled, skipped, missed };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
