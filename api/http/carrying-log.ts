import type { Log } from '../verbs/context.ts';

/** A log whose every line carries these fields along, such as the correlation id. */
export function carryingLog(log: Log, carried: object): Log {
  return {
    info: (fields, message) => log.info({ ...carried, ...fields }, message),
    warn: (fields, message) => log.warn({ ...carried, ...fields }, message),
    error: (fields, message) => log.error({ ...carried, ...fields }, message),
  };
}
