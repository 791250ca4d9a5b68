import type { Instant } from '../../schedules/kind.ts';

/** One message of a PostgreSQL log. */
export interface LogEntry {
  /** Null where the line does not say. */
  readonly at: Instant | null;
  /** LOG, WARNING, ERROR, FATAL, PANIC … */
  readonly severity: string;
  /** SQLSTATE, where the log has it. */
  readonly sqlState: string | null;
  readonly message: string;
}

/** A time as Postgres logs it, such as `2026-11-21 08:27:57.123 UTC`: without an offset it is taken as UTC. */
export function logTime(text: string): Instant | null {
  const match = /(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?: ?([A-Z]{2,5}|[+-]\d{2}(?::?\d{2})?))?/.exec(
    text,
  );
  if (match === null) return null;
  const [, day = '', time = '', zone = 'UTC'] = match;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = Date.parse(`${day}T${time}${/^[+-]/.test(offset) ? offset : 'Z'}`);
  return Number.isNaN(at) ? null : at;
}
