import { logTime, type LogEntry } from './log-entry.ts';

/** A jsonlog (PostgreSQL docs, 19.8.5): one object a line. */
export function parseJsonLog(text: string): LogEntry[] {
  return text.split('\n').flatMap((line) => {
    const fields = objectOf(line);
    const { error_severity: severity, message, timestamp, state_code: state } = fields;
    if (typeof severity !== 'string' || typeof message !== 'string') return [];
    const at = typeof timestamp === 'string' ? logTime(timestamp) : null;
    return [{ at, severity, sqlState: typeof state === 'string' ? state : null, message }];
  });
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
