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
  };
  const log =
    options.destination === undefined && options.pretty && prettyInstalled()
      ? pino({ ...settings, transport: { target: 'pino-pretty' } })
      : pino(settings, options.destination ?? standardOutput());
  // The formatters above see the fields of a line, and not those that a child carries; children inherit this.
  const plain: object = log;
  const child = Reflect.get(plain, 'child') as (this: Logger, carried: object, more?: object) => Logger;
  return Object.assign(log, {
    child(this: Logger, carried: object, more?: object) {
      return child.call(this, cleanFields(carried), more);
    },
  });
}

/**
 * Waits until the lines of `log` are out. A process that exits before leaves the last ones behind, or sets the first of
 * them after the last. It waits 2 s at most, since who reads them may have stopped reading.
 */
export function writtenOut(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 2000).unref();
    log.flush(() => resolve());
  });
}

/** Written behind, so that a slow reader holds up no fire. Without a minimum length, pino does not wait in `flush`. */
function standardOutput() {
  return pino.destination({ dest: 1, sync: false, minLength: 1 });
}

/** It comes with the development packages only. */
function prettyInstalled(): boolean {
  try {
    return import.meta.resolve('pino-pretty') !== '';
  } catch {
    return false;
  }
}
