import type { DomainError, ErrorCode } from '../../../domain/errors.ts';
import type { Dialect, ErrorAnswer, ErrorTable } from '../../http/dialect.ts';

const at = (status: ErrorAnswer['status'], word: string): ErrorAnswer => ({ status, word });

/** DECISIONS section 9, statuses of the commands face. What the domain calls a job is a schedule here. */
export const errors: ErrorTable = {
  INVALID_INPUT: at(400, 'INVALID_INPUT'),
  INVALID_SCHEDULE: at(400, 'INVALID_SCHEDULE'),
  INVALID_CRON_EXPRESSION: at(400, 'INVALID_CRON_EXPRESSION'),
  INVALID_ACTION: at(400, 'INVALID_COMMAND'),
  ACTION_NOT_SUPPORTED: at(400, 'INVALID_COMMAND'),
  UNAUTHENTICATED: at(401, 'UNAUTHENTICATED'),
  FORBIDDEN: at(403, 'FORBIDDEN'),
  COMMAND_NOT_ALLOWED: at(403, 'COMMAND_NOT_ALLOWED'),
  JOB_NOT_FOUND: at(404, 'SCHEDULE_NOT_FOUND'),
  EXECUTION_NOT_FOUND: at(404, 'EXECUTION_NOT_FOUND'),
  NOT_FOUND: at(404, 'NOT_FOUND'),
  METHOD_NOT_ALLOWED: at(405, 'METHOD_NOT_ALLOWED'),
  JOB_BUSY: at(409, 'SCHEDULE_BUSY'),
  JOB_DISABLED: at(409, 'SCHEDULE_NOT_ACTIVE'),
  JOB_PROTECTED: at(409, 'SCHEDULE_PROTECTED'),
  EXECUTION_FINISHED: at(409, 'EXECUTION_FINISHED'),
  EXECUTION_TIMEOUT: at(409, 'EXECUTION_TIMEOUT'),
  DUPLICATE: at(409, 'DUPLICATE'),
  DEPENDENCY_CYCLE: at(409, 'DEPENDENCY_CYCLE'),
  DEPENDENCY_FAILED: at(409, 'DEPENDENCY_FAILED'),
  SCHEDULE_CONFLICT: at(409, 'SCHEDULE_CONFLICT'),
  MAX_JOBS_EXCEEDED: at(409, 'MAX_SCHEDULES_EXCEEDED'),
  RESOURCE_LIMIT_EXCEEDED: at(409, 'RESOURCE_LIMIT_EXCEEDED'),
  PRECONDITION_FAILED: at(409, 'PRECONDITION_FAILED'),
  IDEMPOTENCY_IN_FLIGHT: at(409, 'IDEMPOTENCY_IN_FLIGHT'),
  IDEMPOTENCY_MISMATCH: at(409, 'IDEMPOTENCY_MISMATCH'),
  PAYLOAD_TOO_LARGE: at(413, 'PAYLOAD_TOO_LARGE'),
  RATE_LIMITED: at(429, 'RATE_LIMITED'),
  ENGINE_UNAVAILABLE: at(503, 'ENGINE_UNAVAILABLE'),
  DATABASE_UNAVAILABLE: at(503, 'DATABASE_UNAVAILABLE'),
  INTERNAL: at(500, 'INTERNAL'),
};

/** Refusals whose sentences hold ids and numbers only: what they call a job can be called a schedule without harm. */
const REWORDED: readonly ErrorCode[] = ['JOB_NOT_FOUND', 'JOB_BUSY', 'JOB_DISABLED'];

/** A refusal in the words of this face. */
export function refusalShape(error: DomainError): { detail: string; code: string } {
  const detail = REWORDED.includes(error.code) ? inScheduleWords(error.message) : error.message;
  return { detail, code: errors[error.code].word };
}

/** DECISIONS section 9: `{"detail", "code"}`. */
export const renderError: Dialect['renderError'] = (error) => refusalShape(error);

function inScheduleWords(message: string): string {
  return message.replaceAll(/\b([Jj])ob(s?)\b/g, (_, first: string, many: string) =>
    first === 'J' ? `Schedule${many}` : `schedule${many}`,
  );
}
