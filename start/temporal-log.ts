import type { Logger as TemporalLogger, LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Temporal's log into ours; its routine news (workers starting, pollers) count as debug. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, fields: object | undefined) => {
    log[level === 'INFO' ? 'debug' : LEVELS[level]](fields ?? {}, message);
  };
  return {
    log: (level, message, meta) => write(level, message, meta),
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
