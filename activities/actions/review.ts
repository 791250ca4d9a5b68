import { earlierReviews } from '../../db/queries/earlier-reviews.ts';
import type { ReviewAction } from '../../domain/actions/review.ts';
import type { ActionResult } from '../../domain/execution.ts';
import type { Json } from '../../domain/json.ts';
import { compare } from '../../domain/reviews/compare.ts';
import { findingIn } from '../../domain/reviews/finding.ts';
import { renderHtml } from '../../domain/reviews/render-html.ts';
import { renderMarkdown } from '../../domain/reviews/render-markdown.ts';
import type { QueryRows, ReviewReport } from '../../domain/reviews/report.ts';
import { byGravity, countsOf, rowsSummary, scoreOf, summaryOf } from '../../domain/reviews/score.ts';
import type { ActionContext, ActionHandler } from './handler.ts';
import type { Looked, Scope } from './review/check.ts';
import { CHECKS } from './review/index.ts';
import type { ReviewedDatabase } from './review/reviewed-database.ts';
import { runChecks } from './review/run-checks.ts';

/** Kept of one review, so that its row stays small. */
const MOST_FINDINGS = 200;
const MOST_ROWS = { rows: 1000, bytes: 512 * 1024 };
const MOST_EARLIER = 20;
const MOST_COMPARED = 50;

type Earlier = Awaited<ReturnType<typeof earlierReviews>>;

export const review: ActionHandler<ReviewAction> = {
  async run(action, context) {
    const { deps, run } = context;
    const { signal } = context.stop;
    const earlier = comparable(action, await earlierReviews(deps.db, run.jobId, MOST_EARLIER));
    const timeoutMs = action.query_timeout * 1000;
    const report = await deps.reviews.within(action.connection_id, timeoutMs, signal, (database) =>
      action.task_type === 'custom_sql'
        ? askedReport(action, context, database)
        : judgedReport(action, action.task_type, context, database, earlier),
    );
    return resultOf(report);
  },
};

/** A job that was changed to look elsewhere or at something else begins anew. */
function comparable(action: ReviewAction, earlier: Earlier): Earlier {
  const report = earlier.last?.report;
  const isSame =
    report?.task_type === action.task_type &&
    report.connection.id === action.connection_id &&
    report.analysis_target === action.analysis_target;
  return isSame ? earlier : { last: null, scores: [] };
}

async function askedReport(
  action: ReviewAction,
  context: ActionContext,
  database: ReviewedDatabase,
): Promise<ReviewReport> {
  const rows = await database.select(action.custom_sql ?? '', MOST_ROWS);
  const nothing: Required<Looked> = { found: [], facts: {}, lacking: [] };
  return reportOf(action, context, database, nothing, { last: null, scores: [] }, rows);
}

async function judgedReport(
  action: ReviewAction,
  task: keyof typeof CHECKS,
  context: ActionContext,
  database: ReviewedDatabase,
  earlier: Earlier,
): Promise<ReviewReport> {
  const scope: Scope = {
    database,
    target: action.analysis_target,
    detailed: action.detailed_analysis,
    targetTables: action.target_tables,
    previous: earlier.last?.report ?? null,
    now: context.deps.now(),
  };
  const looked = await runChecks(CHECKS[task], scope);
  for (const { what } of looked.lacking) context.log('warn', what[action.language]);
  return reportOf(action, context, database, looked, earlier, null);
}

function reportOf(
  action: ReviewAction,
  context: ActionContext,
  database: ReviewedDatabase,
  looked: Required<Looked>,
  earlier: Earlier,
  rows: QueryRows | null,
): ReviewReport {
  const { language } = action;
  const all = byGravity(looked.found.map((found) => findingIn(language, found)));
  const counts = countsOf(all);
  const score = rows === null ? scoreOf(counts) : null;
  const findings = all.slice(0, MOST_FINDINGS);
  const { last, scores } = earlier;
  const before = scores.map((each, at) => ({
    ...each,
    execution_id: at === 0 ? (last?.executionId ?? '') : '',
    findings: at === 0 ? (last?.report.findings ?? []) : [],
  }));
  return {
    task_type: action.task_type,
    analysis_target: action.analysis_target,
    detailed_analysis: action.detailed_analysis,
    language,
    output_format: action.output_format,
    connection: database.connection,
    database: database.database,
    server_version: database.version,
    role: database.role,
    reviewed_at: new Date(context.deps.now()).toISOString(),
    score,
    summary:
      rows === null ? summaryOf(language, score ?? 0, counts) : rowsSummary(language, rows.row_count, rows.truncated),
    counts,
    findings,
    findings_left_out: all.length - findings.length,
    missing: [...database.lacking, ...looked.lacking].map(({ what, sql }) => ({ what: what[language], sql })),
    comparison: compare(findings, score, before, MOST_COMPARED),
    facts: looked.facts,
    ...(rows !== null && { rows }),
  };
}

const RENDER = { markdown: renderMarkdown, html: renderHtml, json: null } as const;

function resultOf(report: ReviewReport): ActionResult {
  const render = RENDER[report.output_format];
  const data = render === null ? report : { ...report, document: render(report) };
  const { critical, warning, notice } = report.counts;
  const metrics = { critical, warning, notice, ...(report.score !== null && { score: report.score }) };
  return {
    message: report.summary,
    data: data as unknown as Json,
    metrics: report.rows === undefined ? metrics : { rows: report.rows.row_count },
  };
}
