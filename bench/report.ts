import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Part, PartResult, Table, Verdict } from './part.ts';
import { PARTS } from './parts/index.ts';

const VERDICT_COLUMNS = ['what', 'goal', 'value', 'verdict'];

/** A part's results for a terminal. */
export function asText(part: Part, result: PartResult): string {
  return [part.title, ...result.tables.map(aligned), ...result.notes].join('\n\n');
}

/** All goals beside what was reached. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return aligned(verdictsOf(verdicts));
}

function verdictsOf(verdicts: readonly Verdict[]): Table {
  const rows = verdicts.map(({ what, goal, value, met }) => [what, goal, value, met ? 'met' : 'NOT MET']);
  return { columns: VERDICT_COLUMNS, rows };
}

function aligned({ columns, rows }: Table): string {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const HEAD = `# Benchmarks

Written by \`npm run bench\`: each part replaces its own section when it has run in full. Every figure is the median of
three rounds with its spread, \`median (lowest–highest)\`. Compare ratios between rows of one table, which ran on one
machine one after another; absolute times belong to that machine. \`npm run bench -- fires herd\` runs single parts,
\`--quick\` tries them in small.
`;

/** Puts a part's results into the document, in place of its earlier ones; the parts keep the order of THE LIST. */
export function writeDocument(
  file: string,
  run: { part: Part; result: PartResult; machine: string; now: Date; load: number | null },
): void {
  const sections = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : new Map<string, string>();
  sections.set(run.part.title, sectionText(run));
  const known = PARTS.map(({ title }) => sections.get(title)).filter((text) => text !== undefined);
  writeFileSync(file, [HEAD, ...known].join('\n'));
}

function sectionsOf(document: string): Map<string, string> {
  const parts = document.split(/^## /m).slice(1);
  return new Map(parts.map((text) => [text.slice(0, text.indexOf('\n')), `## ${text.trimEnd()}\n`]));
}

function sectionText({ part, result, machine, now, load }: Parameters<typeof writeDocument>[1]): string {
  const day = now.toISOString().slice(0, 10);
  const busy = load === null ? '' : `; load before it began: ${load}`;
  const tables = [...result.tables, verdictsOf(result.verdicts)].map(asMarkdown);
  return (
    [`## ${part.title}`, `${day}, ${machine}${busy}.`, part.method, ...tables, ...result.notes].join('\n\n') + '\n'
  );
}

function asMarkdown({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
