import { logTime, type LogEntry } from './log-entry.ts';

/** Whatever `log_line_prefix` is, the severity follows it, with a colon and two blanks. */
const LINE =
  /^(.{0,300}?)\b(DEBUG[1-5]?|INFO|NOTICE|WARNING|LOG|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT|QUERY|LOCATION):  (.*)$/;
/** They go on with the message before, and are not messages. */
const MORE = new Set(['STATEMENT', 'DETAIL', 'HINT', 'CONTEXT', 'QUERY', 'LOCATION']);
const STATE = /(?:^|[\s=,@])([0-9A-Z]{5})[\s,:]*$/;

/** A log on stderr. A line that begins with a tab goes on with the one before. */
export function parseStderrLog(text: string): LogEntry[] {
  const entries: { at: number | null; severity: string; sqlState: string | null; message: string }[] = [];
  let last: (typeof entries)[number] | null = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('\t')) {
      if (last !== null) last.message += `\n${line.slice(1)}`;
      continue;
    }
    const [, prefix = '', severity, message = ''] = LINE.exec(line) ?? [];
    last = null;
    if (severity === undefined || MORE.has(severity)) continue;
    last = { at: logTime(prefix), severity, sqlState: stateIn(prefix), message };
    entries.push(last);
  }
  return entries;
}

/** A process number of five digits looks like a SQLSTATE: digits alone count where the process stands in brackets. */
function stateIn(prefix: string): string | null {
  const state = STATE.exec(prefix)?.[1] ?? null;
  return state !== null && (/[A-Z]/.test(state) || /\[\d+(?:-\d+)?\]/.test(prefix)) ? state : null;
}
