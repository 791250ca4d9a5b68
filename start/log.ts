import { pino, type DestinationStream, type Logger } from 'pino';

/** Keys whose values never reach a log, wherever they stand up to three levels down. */
const SECRET_KEYS = ['authorization', 'Authorization', 'password', 'token', 'secret', 'ca', 'key', 'dsn', 'cookie'];
const REDACTED = '[redacted]';
/** `postgres://user:password@host` in messages of libraries; the user and the host may be read. */
const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@]+@/gi;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]{16,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\balm_[\w-]{20,}/g;

/** The text without tokens, API keys and passwords of addresses. */
export function withoutSecrets(text: string): string {
  return text
    .replace(CREDENTIALS_IN_URL, `$1:${REDACTED}@`)
    .replace(BEARER, (_all, bearer: string | undefined) => `${bearer ?? ''}${REDACTED}`);
}

/**
 * The log of a process: JSON lines, one object each; for people on a terminal pino-pretty, where it is installed.
 * `error` fields keep their stack here: it never leaves in an answer.
 */
export function createLog(options: {
  name: string;
  level: string;
  pretty: boolean;
  destination?: DestinationStream;
}): Logger {
  const paths = ['', '*.', '*.*.'].flatMap((prefix) => SECRET_KEYS.map((key) => `${prefix}${key}`));
  const settings = {
    name: options.name,
    level: options.level,
    redact: { paths, censor: REDACTED },
    serializers: { error: serializeError, err: serializeError },
    hooks: {
      logMethod(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']) {
        method.apply(this, args.map((arg) => (typeof arg === 'string' ? withoutSecrets(arg) : arg)) as typeof args);
      },
    },
    ...(options.pretty && prettyInstalled() ? { transport: { target: 'pino-pretty' } } : {}),
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** It comes with the development packages only. */
function prettyInstalled(): boolean {
  try {
    return import.meta.resolve('pino-pretty') !== '';
  } catch {
    return false;
  }
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutSecrets(error) : error;
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message: withoutSecrets(message),
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack: withoutSecrets(stack) }),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  };
}
