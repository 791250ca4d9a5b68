import { REDACTED } from './without-secrets.ts';

/** Names of fields whose values never reach a log, wherever they stand. */
const SECRET_NAME =
  /^(?:ca|key|dsn|pwd|creds|seed|nkey|jwt)$|authorization|passw(?:or)?d|passphrase|secret|token|cookie|credential|(?:api|private|access)[-_]?key/i;
const DEEPEST = 8;
/** Parts of one line's fields; what is more is left out, so that no log of an object floods. */
const MOST_PARTS = 2_000;

/** Takes secrets out of a line's fields: by their names, and out of every text within, errors and their causes too. */
export function createFieldCleaner(clean: (text: string) => string): (fields: object) => Record<string, unknown> {
  return (fields) => {
    let parts = 0;

    function cleaned(value: unknown, depth: number): unknown {
      if (typeof value === 'string') return clean(value);
      if (typeof value === 'bigint') return value.toString();
      if (value === null || typeof value !== 'object') return value;
      if (depth > DEEPEST || (parts += 1) > MOST_PARTS) return '[…]';
      if (value instanceof Error) return errorFields(value, depth);
      if (value instanceof URL) return clean(value.href);
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (value instanceof Map)
        return entriesOf(
          [...value].map(([k, v]) => [String(k), v]),
          depth,
        );
      if (value instanceof Set) return [...value].map((item) => cleaned(item, depth + 1));
      if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
      return entriesOf(Object.entries(value), depth);
    }

    function entriesOf(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
      return Object.fromEntries(
        entries.map(([name, value]) => {
          const isSecret = SECRET_NAME.test(name) && value != null && typeof value !== 'boolean';
          return [name, isSecret ? REDACTED : cleaned(value, depth + 1)];
        }),
      );
    }

    function errorFields(error: Error, depth: number): object {
      const { name, message, stack, cause } = error;
      const { code } = error as { code?: unknown };
      const errors = error instanceof AggregateError ? (error.errors as unknown[]) : undefined;
      return {
        type: name,
        message: clean(message),
        ...(code === undefined ? {} : { code: cleaned(code, depth + 1) }),
        ...(stack === undefined ? {} : { stack: clean(stack) }),
        ...(cause === undefined ? {} : { cause: cleaned(cause, depth + 1) }),
        ...(errors === undefined ? {} : { errors: cleaned(errors, depth + 1) }),
      };
    }

    return entriesOf(Object.entries(fields), 0);
  };
}
