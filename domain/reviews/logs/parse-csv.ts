import { logTime, type LogEntry } from './log-entry.ts';

const TIME = 0;
const SEVERITY = 11;
const STATE = 12;
const MESSAGE = 13;

/** A csvlog (PostgreSQL docs, 19.8.4): quoted fields may hold line ends; `""` is one quote. */
export function parseCsvLog(text: string): LogEntry[] {
  return records(text).flatMap((fields) => {
    const severity = fields[SEVERITY];
    const message = fields[MESSAGE];
    if (severity === undefined || message === undefined || !/^[A-Z]+\d?$/.test(severity)) return [];
    return [{ at: logTime(fields[TIME] ?? ''), severity, sqlState: fields[STATE] || null, message }];
  });
}

const FIELD = /"((?:[^"]|"")*)"|([^",\n]*)/y;

function records(text: string): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    record.push(match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? '');
    at += match?.[0].length ?? 0;
    if (text[at] !== ',') {
      found.push(record);
      record = [];
      // A field that is cut or malformed: what follows is looked at from the next line.
      at = text[at] === '\n' ? at + 1 : nextLine(text, at);
    } else at += 1;
  }
  return found;
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}
