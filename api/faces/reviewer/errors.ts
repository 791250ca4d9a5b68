import type { Dialect, ErrorAnswer, ErrorTable } from '../../http/dialect.ts';
import { refusalInRussian } from './translate/refusal-words.ts';

const at = (status: ErrorAnswer['status'], word: string): ErrorAnswer => ({ status, word });

/**
 * reviewer.txt and DECISIONS section 9: 400 for any bad input and for a task that is inactive, 503 where the service can
 * not take it now. What the state of a task does not allow is a conflict, as DECISIONS section 4 has it for every face.
 */
export const errors: ErrorTable = {
  INVALID_INPUT: at(400, 'INVALID_INPUT'),
  INVALID_SCHEDULE: at(400, 'INVALID_CRON_SCHEDULE'),
  INVALID_CRON_EXPRESSION: at(400, 'INVALID_CRON_SCHEDULE'),
  INVALID_ACTION: at(400, 'INVALID_TASK_PARAMS'),
  ACTION_NOT_SUPPORTED: at(400, 'INVALID_TASK_PARAMS'),
  UNAUTHENTICATED: at(401, 'UNAUTHENTICATED'),
  FORBIDDEN: at(403, 'FORBIDDEN'),
  COMMAND_NOT_ALLOWED: at(403, 'FORBIDDEN'),
  JOB_NOT_FOUND: at(404, 'TASK_NOT_FOUND'),
  EXECUTION_NOT_FOUND: at(404, 'EXECUTION_NOT_FOUND'),
  NOT_FOUND: at(404, 'NOT_FOUND'),
  METHOD_NOT_ALLOWED: at(405, 'METHOD_NOT_ALLOWED'),
  JOB_DISABLED: at(400, 'TASK_INACTIVE'),
  JOB_BUSY: at(409, 'TASK_BUSY'),
  JOB_PROTECTED: at(409, 'TASK_PROTECTED'),
  EXECUTION_FINISHED: at(409, 'EXECUTION_FINISHED'),
  EXECUTION_TIMEOUT: at(409, 'EXECUTION_TIMEOUT'),
  DUPLICATE: at(409, 'DUPLICATE'),
  DEPENDENCY_CYCLE: at(409, 'DEPENDENCY_CYCLE'),
  DEPENDENCY_FAILED: at(409, 'DEPENDENCY_FAILED'),
  SCHEDULE_CONFLICT: at(409, 'SCHEDULE_CONFLICT'),
  MAX_JOBS_EXCEEDED: at(409, 'MAX_TASKS_EXCEEDED'),
  PRECONDITION_FAILED: at(409, 'PRECONDITION_FAILED'),
  IDEMPOTENCY_IN_FLIGHT: at(409, 'IDEMPOTENCY_IN_FLIGHT'),
  IDEMPOTENCY_MISMATCH: at(409, 'IDEMPOTENCY_MISMATCH'),
  PAYLOAD_TOO_LARGE: at(413, 'PAYLOAD_TOO_LARGE'),
  RATE_LIMITED: at(429, 'RATE_LIMITED'),
  RESOURCE_LIMIT_EXCEEDED: at(503, 'RESOURCE_LIMIT_EXCEEDED'),
  ENGINE_UNAVAILABLE: at(503, 'QUEUE_UNAVAILABLE'),
  DATABASE_UNAVAILABLE: at(503, 'DATABASE_UNAVAILABLE'),
  INTERNAL: at(500, 'INTERNAL'),
};

export const translate = refusalInRussian;

/** DECISIONS section 9: `{"detail": Russian text, "code"}`. */
export const renderError: Dialect['renderError'] = (error, answer) => ({ detail: error.message, code: answer.word });
