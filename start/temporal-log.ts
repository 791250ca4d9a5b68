import type { Logger as TemporalLogger, LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** What it warns of although it is meant so: the queues `clocks` and `actions` serve activities only. */
const MEANT_SO = 'No workflows registered, not polling for workflow tasks';

/** Temporal's log into ours; its routine news (workers starting, pollers) count as debug. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: LogLevel, message: string, fields: object | undefined) => {
    log[level === 'INFO' || message === MEANT_SO ? 'debug' : LEVELS[level]](fields ?? {}, message);
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
