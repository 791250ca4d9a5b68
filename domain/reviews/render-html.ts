import type { Finding } from './finding.ts';
import { HEADINGS } from './headings.ts';
import { shown } from './render-markdown.ts';
import type { Comparison, QueryRows, ReviewReport } from './report.ts';

type Words = (typeof HEADINGS)[keyof typeof HEADINGS];

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'section{border-left:4px solid #888;padding-left:1rem;margin:1.5rem 0}.critical{border-color:#b00020}' +
  '.warning{border-color:#b26a00}.notice{border-color:#00639b}pre{background:#f3f3f3;padding:.75rem;overflow:auto}' +
  'table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:start}';

/** One page without scripts and without anything from elsewhere. */
export function renderHtml(report: ReviewReport): string {
  const h = HEADINGS[report.language];
  const title = `${h.tasks[report.task_type]}: ${report.connection.name}`;
  const { connection, database, server_version: version, role, reviewed_at: at } = report;
  const about = [
    `${h.connection}: ${connection.id}, ${database}, PostgreSQL ${version}`,
    `${h.role}: ${role}`,
    `${h.at}: ${at}`,
  ];
  const body = [
    `<h1>${html(title)}</h1>`,
    `<p>${html(report.summary)}</p>`,
    list(about),
    ...(report.rows === undefined ? judged(report, h) : [table(report.rows, h)]),
    ...missing(report, h),
  ];
  const head = `<meta charset="utf-8"><title>${html(title)}</title><style>${STYLE}</style>`;
  return `<!doctype html>\n<html lang="${report.language}"><head>${head}</head><body>\n${body.join('\n')}\n</body></html>\n`;
}

function judged(report: ReviewReport, h: Words): string[] {
  const findings = report.findings.map((finding) => section(finding, h));
  const left = report.findings_left_out > 0 ? [`<p>${h.leftOut}: ${report.findings_left_out}</p>`] : [];
  return [...(findings.length === 0 ? [`<p>${h.nothing}</p>`] : findings), ...left, ...compared(report.comparison, h)];
}

function section({ severity, title, object, evidence, recommendation, sql }: Finding, h: Words): string {
  const about = object === null ? '' : ` (${object})`;
  const heading = `<h2>${h.severities[severity]}: ${html(title + about)}</h2>`;
  const code = sql === null ? '' : `<pre><code>${html(sql)}</code></pre>`;
  const paragraph = (name: string, text: string) => `<p><b>${name}.</b> ${html(text)}</p>`;
  const text = paragraph(h.evidence, evidence) + paragraph(h.recommendation, recommendation);
  return `<section class="${severity}">${heading}${text}${code}</section>`;
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
  const heading = `<h2>${h.comparison}: ${h.trends[comparison.trend]}</h2>`;
  return [heading, list(lists.map(([name, keys]) => `${name}: ${keys.join(', ')}`))];
}

function missing(report: ReviewReport, h: Words): string[] {
  if (report.missing.length === 0) return [];
  const items = report.missing.map(({ what, sql }) => {
    const code = sql === null ? '' : `<pre><code>${html(sql)}</code></pre>`;
    return `<li>${html(what)}${code}</li>`;
  });
  return [`<h2>${h.missing}</h2>`, `<ul>${items.join('')}</ul>`];
}

function table({ columns, rows, row_count: count, truncated }: QueryRows, h: Words): string {
  const head = columns.map(({ name }) => `<th>${html(name)}</th>`).join('');
  const lines = rows.map((row) => `<tr>${row.map((value) => `<td>${html(shown(value))}</td>`).join('')}</tr>`);
  const note = `<p>${h.rows}: ${count}${truncated ? ` (${h.truncated})` : ''}</p>`;
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table>${note}`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${html(item)}</li>`).join('')}</ul>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
