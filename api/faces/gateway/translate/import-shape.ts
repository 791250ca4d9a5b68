import type { Instant } from '../../../../domain/schedules/kind.ts';
import type { ImportStanding } from '../../../verbs/get-import.ts';
import type { ImportReport, ImportStrategy } from '../../../verbs/import-jobs.ts';
import type { ImportProgress } from '../../../verbs/import-record.ts';
import { jobId } from './job-id.ts';
import { isoSeconds, isoSecondsOrNull } from '../../../http/times.ts';

/** gateway.txt, Import Jobs Configuration; a refusal carries the counts of the answer and the envelope of errors. */
export function importShape(
  report: ImportReport,
  asked: { strategy: ImportStrategy; dryRun: boolean; processed: number; at: Instant },
) {
  const { importId, outcomes, faults, stored } = report;
  const changed = outcomes.filter(({ outcome }) => outcome !== 'skipped').length;
  const counts = {
    import_id: importId,
    dry_run: asked.dryRun,
    strategy: asked.strategy,
    processed: asked.processed,
    imported: stored || asked.dryRun ? changed : 0,
    skipped: outcomes.length - changed,
    errors: faults.length,
    error_details: faults.map(({ index, name, path, message }) => ({
      index,
      name,
      field: path === '' ? `jobs[${index}]` : `jobs[${index}].${path}`,
      message,
    })),
  };
  if (stored || asked.dryRun) {
    const jobs = outcomes.map(({ index, name, number, outcome }) => {
      return { index, name, job_id: number === null ? null : jobId(number), outcome };
    });
    return { success: true as const, ...counts, ...(asked.dryRun && { jobs }) };
  }
  const [first] = counts.error_details;
  return {
    success: false as const,
    error: 'Invalid input',
    message: `Nothing was imported, since ${faults.length} faults were found; the first: ${first?.field}: ${first?.message}`,
    code: 'INVALID_INPUT' as const,
    timestamp: isoSeconds(asked.at),
    ...counts,
  };
}

/** Where an import is: one line of a streamed answer. */
export function progressShape({ importId, done, total }: ImportProgress) {
  return { import_id: importId, status: 'running' as const, total_jobs: total, processed_jobs: done };
}

export function standingShape(standing: ImportStanding) {
  const { id, state, total, done, detail, at, finishedAt, startedBy } = standing;
  return {
    success: true as const,
    import_id: id,
    status: state,
    strategy: detail.strategy,
    dry_run: detail.dryRun,
    total_jobs: total,
    processed_jobs: done,
    imported: detail.imported ?? 0,
    skipped: detail.skipped ?? 0,
    errors: detail.errors ?? 0,
    message: detail.message ?? null,
    start_time: isoSeconds(at),
    end_time: isoSecondsOrNull(finishedAt),
    triggered_by: startedBy,
  };
}
