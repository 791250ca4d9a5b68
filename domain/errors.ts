/**
 * The closed list of things that can go wrong in the domain. Every face answers every code in its own words
 * (`api/faces/<face>/errors.ts` is a table typed over this list, so a new code does not compile until all have).
 */
export const ERROR_CODES = [
  'INVALID_INPUT',
  'INVALID_SCHEDULE',
  'INVALID_CRON_EXPRESSION',
  'INVALID_ACTION',
  'ACTION_NOT_SUPPORTED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'COMMAND_NOT_ALLOWED',
  'JOB_NOT_FOUND',
  'EXECUTION_NOT_FOUND',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'JOB_BUSY',
  'JOB_DISABLED',
  'JOB_PROTECTED',
  'EXECUTION_FINISHED',
  'DUPLICATE',
  'DEPENDENCY_CYCLE',
  'DEPENDENCY_FAILED',
  'EXECUTION_TIMEOUT',
  'SCHEDULE_CONFLICT',
  'MAX_JOBS_EXCEEDED',
  'RESOURCE_LIMIT_EXCEEDED',
  'PRECONDITION_FAILED',
  'IDEMPOTENCY_IN_FLIGHT',
  'IDEMPOTENCY_MISMATCH',
  'PAYLOAD_TOO_LARGE',
  'RATE_LIMITED',
  'ENGINE_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One fault of an input: the dotted path of the field, and a sentence that says what to change. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Any refusal the domain or a verb makes. `message` is for people and says what to do; `details` is for programs. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** A refusal of an input that names every faulty field at once: `details.faults` is a list of `Fault`. */
export function invalid(code: ErrorCode, faults: readonly Fault[]): DomainError {
  const message = faults.map((f) => (f.path === '' ? f.message : `${f.path}: ${f.message}`)).join('; ');
  return new DomainError(code, message, { faults });
}

/** Runs `parse`; the faults of a refusal are named below `prefix` (`interval_seconds` → `schedule.interval_seconds`). */
export function under<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const faults = (error.details['faults'] as readonly Fault[] | undefined) ?? [{ path: '', message: error.message }];
    throw invalid(
      error.code,
      faults.map((f) => ({ path: f.path === '' ? prefix : `${prefix}.${f.path}`, message: f.message })),
    );
  }
}
