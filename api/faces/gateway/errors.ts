import type { ErrorCode, Fault } from '../../../domain/errors.ts';
import type { Dialect, ErrorAnswer, ErrorTable } from '../../http/dialect.ts';
import type { RefusedFor } from '../../verbs/refuse-conflicts.ts';
import { jobId } from './translate/job-id.ts';
import { isoSeconds } from '../../http/times.ts';

const at = (status: ErrorAnswer['status'], word: ErrorCode): ErrorAnswer => ({ status, word });

/** DECISIONS section 9, statuses of the gateway; 422 never. The words are the codes of gateway.txt, Error Codes. */
export const errors: ErrorTable = {
  INVALID_INPUT: at(400, 'INVALID_INPUT'),
  INVALID_SCHEDULE: at(400, 'INVALID_SCHEDULE'),
  INVALID_CRON_EXPRESSION: at(400, 'INVALID_CRON_EXPRESSION'),
  INVALID_ACTION: at(400, 'INVALID_ACTION'),
  ACTION_NOT_SUPPORTED: at(400, 'ACTION_NOT_SUPPORTED'),
  SCHEDULE_CONFLICT: at(400, 'SCHEDULE_CONFLICT'),
  UNAUTHENTICATED: at(401, 'UNAUTHENTICATED'),
  FORBIDDEN: at(403, 'FORBIDDEN'),
  COMMAND_NOT_ALLOWED: at(403, 'COMMAND_NOT_ALLOWED'),
  JOB_NOT_FOUND: at(404, 'JOB_NOT_FOUND'),
  EXECUTION_NOT_FOUND: at(404, 'EXECUTION_NOT_FOUND'),
  NOT_FOUND: at(404, 'NOT_FOUND'),
  METHOD_NOT_ALLOWED: at(405, 'METHOD_NOT_ALLOWED'),
  JOB_BUSY: at(409, 'JOB_BUSY'),
  JOB_DISABLED: at(409, 'JOB_DISABLED'),
  JOB_PROTECTED: at(409, 'JOB_PROTECTED'),
  EXECUTION_FINISHED: at(409, 'EXECUTION_FINISHED'),
  EXECUTION_TIMEOUT: at(409, 'EXECUTION_TIMEOUT'),
  DUPLICATE: at(409, 'DUPLICATE'),
  DEPENDENCY_CYCLE: at(409, 'DEPENDENCY_CYCLE'),
  DEPENDENCY_FAILED: at(409, 'DEPENDENCY_FAILED'),
  MAX_JOBS_EXCEEDED: at(409, 'MAX_JOBS_EXCEEDED'),
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

/** gateway.txt, Error Handling: the envelope. `fields` names each faulty field; `conflicts` and kin stand beside it. */
export const renderError: Dialect['renderError'] = (error, answer, when) => {
  const { faults, conflicts, ...details } = error.details;
  return {
    ...details,
    success: false,
    error: inWords(answer.word),
    message: error.message,
    code: answer.word,
    timestamp: isoSeconds(when),
    ...(Array.isArray(conflicts) && { conflicts: (conflicts as RefusedFor[]).map(conflictShape) }),
    ...(Array.isArray(faults) && {
      fields: (faults as Fault[]).map(({ path, message }) => ({ field: path, message })),
    }),
  };
};

function conflictShape({ job_number: number, ...conflict }: RefusedFor) {
  return { job_id: jobId(number), ...conflict };
}

/** `JOB_NOT_FOUND` → `Job not found`. gateway.txt words SCHEDULE_CONFLICT "Invalid schedule". */
function inWords(code: string): string {
  if (code === 'SCHEDULE_CONFLICT') return 'Invalid schedule';
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
