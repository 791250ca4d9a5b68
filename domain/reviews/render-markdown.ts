import type { Json } from '../json.ts';
import type { Finding } from './finding.ts';
import { HEADINGS } from './headings.ts';
import type { Comparison, QueryRows, ReviewReport } from './report.ts';

type Words = (typeof HEADINGS)[keyof typeof HEADINGS];

export function renderMarkdown(report: ReviewReport): string {
  const h = HEADINGS[report.language];
  const { connection, database, server_version: version, role, reviewed_at: at } = report;
  const head = [
    `# ${h.tasks[report.task_type]}: ${text(connection.name)}`,
    text(report.summary),
    [
      `- ${h.connection}: ${connection.id}, ${text(database)}, PostgreSQL ${text(version)}`,
      `- ${h.role}: ${text(role)}`,
      `- ${h.at}: ${at}`,
    ].join('\n'),
  ];
  const body = report.rows === undefined ? judged(report, h) : [table(report.rows, h)];
  const missing = report.missing.map(({ what, sql }) => `- ${text(what)}${sql === null ? '' : `\n\n${code(sql)}`}`);
  const last = missing.length === 0 ? [] : [`## ${h.missing}`, missing.join('\n')];
  return `${[...head, ...body, ...last].join('\n\n')}\n`;
}

function judged(report: ReviewReport, h: Words): string[] {
  const findings = report.findings.map((finding) => section(finding, h));
  const left = report.findings_left_out > 0 ? [`${h.leftOut}: ${report.findings_left_out}`] : [];
  return [...(findings.length === 0 ? [h.nothing] : findings), ...left, ...compared(report.comparison, h)];
}

function section({ severity, title, object, evidence, recommendation, sql }: Finding, h: Words): string {
  const about = object === null ? '' : ` (${text(object)})`;
  const parts = [
    `## ${h.severities[severity]}: ${text(title)}${about}`,
    `**${h.evidence}.** ${text(evidence)}`,
    `**${h.recommendation}.** ${text(recommendation)}`,
  ];
  return [...parts, ...(sql === null ? [] : [code(sql)])].join('\n\n');
}

function compared(comparison: Comparison, h: Words): string[] {
  if (comparison.previous === null) return [];
  const lists = (
    [
      [h.fresh, comparison.new],
      [h.gone, comparison.gone],
      [h.worse, comparison.worse],
      [h.better, comparison.better],
    ] as const
  ).filter(([, keys]) => keys.length > 0);
  const lines = lists.map(([name, keys]) => `- ${name}: ${keys.map((key) => text(key)).join(', ')}`);
  return [`## ${h.comparison}: ${h.trends[comparison.trend]}`, ...(lines.length === 0 ? [] : [lines.join('\n')])];
}

function table({ columns, rows, row_count: count, truncated }: QueryRows, h: Words): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [line(columns.map(({ name }) => text(name))), line(columns.map(() => '---'))];
  const note = `${h.rows}: ${count}${truncated ? ` (${h.truncated})` : ''}`;
  return `${[...head, ...rows.map((row) => line(row.map((value) => text(shown(value)))))].join('\n')}\n\n${note}`;
}

export function shown(value: Json): string {
  if (value === null) return '∅';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** On one line, and nothing in it is markup. */
function text(value: string): string {
  return value.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|&]/g, (sign) => `\\${sign}`);
}

function code(sql: string): string {
  const longest = Math.max(2, ...[...sql.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${sql}\n${fence}`;
}
