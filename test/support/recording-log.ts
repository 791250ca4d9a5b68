import type { Logger } from '../../activities/deps.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** A log that a test can read. */
export interface RecordingLog extends Logger {
  readonly entries: LogEntry[];
  said(message: string): LogEntry | undefined;
}

export function recordingLog(): RecordingLog {
  const entries: LogEntry[] = [];
  const at = (level: LogEntry['level']) => (fields: object, message: string) => {
    entries.push({ level, fields, message });
  };
  return {
    entries,
    said: (message) => entries.find((entry) => entry.message.includes(message)),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
