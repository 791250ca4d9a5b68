import type { ReportJob } from '../../../db/queries/report.ts';
import { REPORT_STYLE } from './report-style.ts';
import { figuresOf, LATENESS_RUNS, latenessFigures, type Report, type Step } from './report.ts';
import { escapeText, lines, stackedBars } from './svg-plot.ts';

const OUTCOMES = [
  { name: 'succeeded', class: 'good', of: (step: Step) => step.succeeded },
  { name: 'failed', class: 'bad', of: (step: Step) => step.failed },
  { name: 'timed out', class: 'slow', of: (step: Step) => step.timedOut },
  { name: 'cancelled', class: 'grey', of: (step: Step) => step.cancelled },
  { name: 'skipped or missed', class: 'pale', of: (step: Step) => step.skipped + step.missed },
];

/** A success rate below this is shown in red. */
const WORRYING = 0.95;

/** One HTML page that needs nothing from elsewhere: figures, four plots, and a row for each job. */
export async function* htmlOf(report: Report): AsyncGenerator<string> {
  yield head(report);
  yield `<div class="plots">${[executions(report), success(report), durations(report), lateness(report)].join('')}</div>`;
  yield `<section><h2>Jobs</h2><div class="scroll"><table><thead><tr><th>Job</th><th>Executions</th><th>Success</th>
<th>Failed</th><th>Timed out</th><th>Skipped</th><th>Missed</th><th>Average</th><th>p50</th><th>p95</th><th>p99</th></tr></thead><tbody>`;
  let any = false;
  for await (const { jobs } of report.pages()) {
    any ||= jobs.length > 0;
    yield jobs.map(row).join('\n');
  }
  if (!any) yield '<tr><td colspan="11">Nothing ended in this time.</td></tr>';
  yield '</tbody></table></div></section></body></html>\n';
}

function head({ title, generatedAt, scope, total }: Report): string {
  const { executions: count, success_rate: rate, average_ms: average, p95_ms: p95 } = figuresOf(total);
  const figures = [
    ['Executions', count.toLocaleString('en')],
    ['Success rate', share(rate)],
    ['Failed', (total.failed + total.timedOut).toLocaleString('en')],
    ['Average duration', time(average)],
    ['95 % took at most', time(p95)],
    ['95 % began within', time(latenessFigures(total.lateness).late_p95_ms)],
  ];
  const cards = figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title><style>${REPORT_STYLE}</style></head><body>
<h1>${escapeText(title)}</h1><p class="about">${minute(scope.from)} to ${minute(scope.to)} UTC, made ${minute(generatedAt)}</p>
<dl class="figures">${cards.join('')}</dl>`;
}

function executions({ steps, unit }: Report): string {
  const labels = steps.map((step) => labelOf(step.start, unit));
  const titles = steps.map((step, i) => {
    const parts = OUTCOMES.filter((outcome) => outcome.of(step) > 0).map(
      (outcome) => `${outcome.of(step)} ${outcome.name}`,
    );
    return `${labels[i]}: ${parts.join(', ') || 'nothing'}`;
  });
  const parts = steps.map((step) => OUTCOMES.map((outcome) => outcome.of(step)));
  const plot = stackedBars({
    labels,
    titles,
    parts,
    classes: OUTCOMES.map((outcome) => outcome.class),
    format: amount,
  });
  return section(`Executions by ${unit}`, plot, OUTCOMES);
}

function success({ steps, unit }: Report): string {
  const values = steps.map((step) => figuresOf(step).success_rate);
  const series = [{ class: 'first', name: 'success rate', values }];
  return section('Success rate', lines({ labels: labelsOf(steps, unit), series, format: share, top: 1 }), series);
}

function durations({ steps, unit }: Report): string {
  const figures = steps.map(figuresOf);
  const series = [
    { class: 'first', name: 'half took at most', values: figures.map((figure) => figure.p50_ms) },
    { class: 'second', name: '95 % took at most', values: figures.map((figure) => figure.p95_ms) },
    { class: 'third', name: '99 % took at most', values: figures.map((figure) => figure.p99_ms) },
  ];
  return section('Durations', lines({ labels: labelsOf(steps, unit), series, format: time }), series);
}

function lateness({ steps, unit, scope }: Report): string {
  const figures = steps.map((step) => latenessFigures(step.lateness));
  const series = [
    { class: 'first', name: 'half began within', values: figures.map((figure) => figure.late_p50_ms) },
    { class: 'second', name: '95 % began within', values: figures.map((figure) => figure.late_p95_ms) },
    { class: 'third', name: '99 % began within', values: figures.map((figure) => figure.late_p99_ms) },
  ];
  const note = scope.tags === null ? '' : `Of the latest ${LATENESS_RUNS.toLocaleString('en')} runs of each job.`;
  return section('Lateness', lines({ labels: labelsOf(steps, unit), series, format: time }), series, note);
}

function section(title: string, plot: string, legend: readonly { class: string; name: string }[], note = ''): string {
  const entries = legend.map((entry) => `<span><i class="${entry.class}"></i>${entry.name}</span>`);
  const remark = note === '' ? '' : `<p class="note">${note}</p>`;
  return `<section><h2>${title}</h2>${plot}<p class="legend">${entries.join('')}</p>${remark}</section>`;
}

function row(job: ReportJob): string {
  const { executions: count, success_rate: rate, average_ms, p50_ms, p95_ms, p99_ms } = figuresOf(job);
  const name = `${escapeText(job.name)}${job.deleted ? ' (deleted)' : ''}`;
  const bad = rate !== null && rate < WORRYING ? ' class="bad"' : '';
  const counts = [job.failed, job.timedOut, job.skipped, job.missed].map(
    (value) => `<td>${value.toLocaleString('en')}</td>`,
  );
  const times = [average_ms, p50_ms, p95_ms, p99_ms].map((value) => `<td>${time(value)}</td>`);
  return `<tr><td>${name}</td><td>${count.toLocaleString('en')}</td><td${bad}>${share(rate)}</td>${counts.join('')}${times.join('')}</tr>`;
}

function labelsOf(steps: readonly Step[], unit: Report['unit']): string[] {
  return steps.map((step) => labelOf(step.start, unit));
}

function labelOf(start: number, unit: Report['unit']): string {
  const text = new Date(start).toISOString();
  return unit === 'hour' ? text.slice(11, 16) : text.slice(5, 10);
}

function minute(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}

function share(value: number | null): string {
  return value === null ? '–' : `${Math.round(value * 1000) / 10} %`;
}

function amount(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 100) / 10}k` : String(value);
}

function time(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 6_000) / 10} min` : `${Math.round(ms / 360_000) / 10} h`;
}
