/** Everything that this package throws, except for wrong arguments (TypeError, RangeError) and the caller's own abort. */
export class TaskSchedulerError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The service was not reached, or the connection broke; retries, where there were any, are spent. */
export class APIConnectionError extends TaskSchedulerError {}

/** The service did not answer within the timeout; retries, where there were any, are spent. */
export class APITimeoutError extends APIConnectionError {}

/** `waitFor` gave up. The execution itself goes on; `execution` is how it was seen last, or null. */
export class WaitTimeoutError extends TaskSchedulerError {
  constructor(executionId, timeoutMs, execution) {
    const seen = execution === null ? 'was never seen' : `is still ${execution.status}`;
    super(`Execution ${executionId} ${seen} after ${timeoutMs} ms: wait longer, or cancel it.`);
    this.executionId = executionId;
    this.timeoutMs = timeoutMs;
    this.execution = execution;
  }
}

/** The service refused. `code` is stable, `message` is for people, `details` for programs. */
export class APIError extends TaskSchedulerError {
  constructor(message, { status, code, details = {}, requestId = null, retryAfterMs = null, cause }) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    /** What finds the request in the service's log. */
    this.requestId = requestId;
    /** How long the service asked to wait, where it did. */
    this.retryAfterMs = retryAfterMs;
  }
}

/** 400, 413, 422: change the request; `details` names the faulty fields. */
export class InvalidRequestError extends APIError {}
/** 401: the key is missing, wrong, revoked or expired. */
export class AuthenticationError extends APIError {}
/** 403: the key is good, its role is too low. */
export class PermissionDeniedError extends APIError {}
/** 404: no such task, execution or dependency. */
export class NotFoundError extends APIError {}
/** 409, 412: it contradicts what is there: a cycle, a run too many, an execution that has ended. */
export class ConflictError extends APIError {}
/** 429: too many requests; `retryAfterMs` says how long to wait. */
export class RateLimitError extends APIError {}
/** 5xx: the fault is the service's. */
export class ServerError extends APIError {}
/** 503: the service, its database or its engine is away for the moment. */
export class ServiceUnavailableError extends ServerError {}
/** An answer that this API does not give, such as a proxy's page or a redirect: check `baseUrl`. */
export class UnexpectedAnswerError extends APIError {}

const BY_STATUS = {
  400: InvalidRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  412: ConflictError,
  413: InvalidRequestError,
  422: InvalidRequestError,
  429: RateLimitError,
  503: ServiceUnavailableError,
};

export function errorClass(status) {
  if (BY_STATUS[status] !== undefined) return BY_STATUS[status];
  if (status >= 500) return ServerError;
  return status >= 400 ? APIError : UnexpectedAnswerError;
}
