import { ERROR_CODES, type ErrorCode } from '../../domain/errors.ts';
import type { Dialect, ErrorAnswer, ErrorTable } from './dialect.ts';

/** Statuses as HTTP means them; what is left out is the client's fault and answers 400. */
const STATUSES: Partial<Record<ErrorCode, ErrorAnswer['status']>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  COMMAND_NOT_ALLOWED: 403,
  JOB_NOT_FOUND: 404,
  EXECUTION_NOT_FOUND: 404,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  JOB_BUSY: 409,
  JOB_DISABLED: 409,
  JOB_PROTECTED: 409,
  EXECUTION_FINISHED: 409,
  DUPLICATE: 409,
  DEPENDENCY_CYCLE: 409,
  IDEMPOTENCY_IN_FLIGHT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  ENGINE_UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
};

/** The service's own words, for what belongs to no face: API keys, health, unknown paths. */
export const serviceDialect: Dialect = {
  name: 'service',
  errors: Object.fromEntries(
    ERROR_CODES.map((code) => [code, { status: STATUSES[code] ?? 400, word: code }]),
  ) as ErrorTable,
  renderError: (error, answer) => ({
    error: { code: answer.word, message: error.message, details: error.details },
  }),
};
