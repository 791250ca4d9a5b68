import { pino, type DestinationStream, type Logger } from 'pino';
import { createFieldCleaner } from './log/clean-fields.ts';
import { createRedactor } from './log/without-secrets.ts';

/**
 * The log of a process: JSON lines, one object each; for people on a terminal pino-pretty, where it is installed.
 * Nothing reaches it that looks like a secret, stands under a secret's name or is one of `secrets`. Errors keep their
 * stack here: it never leaves in an answer.
 */
export function createLog(options: {
  name: string;
  level: string;
  pretty: boolean;
  /** Values that are known to be secret, whatever they look like. */
  secrets?: readonly string[];
  destination?: DestinationStream;
}): Logger {
  const clean = createRedactor(options.secrets);
  const cleanFields = createFieldCleaner(clean);
  const settings = {
    name: options.name,
    level: options.level,
    formatters: { log: cleanFields },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']) {
        const [first, ...more] = args as unknown[];
        const given = first instanceof Error ? [{ error: first }, ...(more.length > 0 ? more : [first.message])] : args;
        method.apply(this, given.map((arg) => (typeof arg === 'string' ? clean(arg) : arg)) as typeof args);
      },
    },
    ...(options.pretty && prettyInstalled() ? { transport: { target: 'pino-pretty' } } : {}),
  };
  const log = options.destination === undefined ? pino(settings) : pino(settings, options.destination);
  // The formatters above see the fields of a line, and not those that a child carries; children inherit this.
  const plain: object = log;
  const child = Reflect.get(plain, 'child') as (this: Logger, carried: object, more?: object) => Logger;
  return Object.assign(log, {
    child(this: Logger, carried: object, more?: object) {
      return child.call(this, cleanFields(carried), more);
    },
  });
}

/** It comes with the development packages only. */
function prettyInstalled(): boolean {
  try {
    return import.meta.resolve('pino-pretty') !== '';
  } catch {
    return false;
  }
}
