import { HTTPException } from 'hono/http-exception';
import { DomainError, invalid } from '../../domain/errors.ts';

/** How Node and Postgres say that the database does not answer: error codes, and SQLSTATE classes. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
const AWAY_STATES = /^(08...|28...|3D000|53...|57P0[1-5]|57014|25006)$/;
const AWAY_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|not queryable|not currently accepting|Query read timeout|Cannot use a pool after/;

function isDatabaseAway(error: Error): boolean {
  const { code = '' } = error as { code?: string };
  return AWAY.has(code) || AWAY_STATES.test(code) || AWAY_MESSAGES.test(error.message);
}

/** Any error as one of the closed list. What nobody foresaw is INTERNAL, and says nothing of its inside. */
export function faultOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof HTTPException) return ofHttpException(error);
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return invalid('INVALID_INPUT', [{ path: 'body', message: 'is nested too deeply' }]);
  }
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  if (errors.some((one) => one instanceof Error && isDatabaseAway(one))) {
    return new DomainError(
      'DATABASE_UNAVAILABLE',
      'The database does not answer at the moment: try again in some seconds.',
    );
  }
  return new DomainError(
    'INTERNAL',
    'Something went wrong here, not in your request. Its X-Request-Id finds it in the log.',
  );
}

function ofHttpException(error: HTTPException): DomainError {
  if (error.status === 413) return tooLarge(null);
  if (error.status < 500) return new DomainError('INVALID_INPUT', error.message || 'The request is malformed.');
  return new DomainError(
    'INTERNAL',
    'Something went wrong here, not in your request. Its X-Request-Id finds it in the log.',
  );
}

export function tooLarge(limit: number | null): DomainError {
  const bound = limit === null ? '' : ` This one takes up to ${limit / 1_048_576} MB: send it in parts.`;
  return new DomainError(
    'PAYLOAD_TOO_LARGE',
    `The body is too large.${bound}`,
    limit === null ? {} : { limit_bytes: limit },
  );
}
