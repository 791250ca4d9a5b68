import type { ReportAction, ReportFormat } from '../../../domain/actions/file.ts';
import type { ActionResult } from '../../../domain/execution.ts';
import { sandboxPathFault } from '../../../domain/sandbox-path.ts';
import { render } from '../../../domain/templates.ts';
import { ActionFailure, type ActionContext } from '../handler.ts';
import { csvOf } from './report-csv.ts';
import { htmlOf } from './report-html.ts';
import { jsonOf } from './report-json.ts';
import { gatherReport, type Report } from './report.ts';

/** The text of a report, piece by piece: it is never whole in memory. */
const WRITERS: { readonly [F in ReportFormat]: (report: Report) => AsyncIterable<string> } = {
  html: htmlOf,
  csv: csvOf,
  json: jsonOf,
};

/** Writes a report of executions into the sandbox (DECISIONS section 5, file). */
export async function generateReport(action: ReportAction, context: ActionContext): Promise<ActionResult> {
  const { deps } = context;
  const { signal } = context.stop;
  const path = action.path === null ? ownPath(action, context) : render(action.path, context.lookup);
  const fault = sandboxPathFault(path);
  if (fault !== null) {
    throw new ActionFailure('SandboxRefused', `The path "${path.slice(0, 200)}" ${fault}.`, { retryable: false });
  }
  const report = await gatherReport(action, context);
  const bytes = await deps.sandbox.write(path, WRITERS[action.format](report), signal);
  context.log('info', `Wrote ${path}, ${bytes} bytes`);
  return {
    message: `Report written to ${path}`,
    data: { path, format: action.format, bytes },
    metrics: { bytes_written: bytes },
  };
}

/** `reports/<job>-<due time>.<format>`: a retry writes the same file again. */
function ownPath(action: ReportAction, { run }: ActionContext): string {
  const job = run.jobName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
  const time = new Date(run.dueAt).toISOString().slice(0, 19).replaceAll(':', '-');
  return `reports/${job === '' ? run.jobId : job}-${time}Z.${action.format}`;
}
