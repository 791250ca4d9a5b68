// Each class says its name itself, as bundlers rename classes.

/** Everything that this package throws, except for wrong arguments (TypeError, RangeError) and the caller's own abort. */
export class TaskSchedulerError extends Error {
  static {
    this.prototype.name = 'TaskSchedulerError';
  }
}

/** The service was not reached, or the connection broke; retries, where there were any, are spent. */
export class APIConnectionError extends TaskSchedulerError {
  static {
    this.prototype.name = 'APIConnectionError';
  }
}

/** The service did not answer within the timeout; retries, where there were any, are spent. */
export class APITimeoutError extends APIConnectionError {
  static {
    this.prototype.name = 'APITimeoutError';
  }
}

/** `waitFor` gave up. The execution itself goes on; `execution` is how it was seen last, or null. */
export class WaitTimeoutError extends TaskSchedulerError {
  static {
    this.prototype.name = 'WaitTimeoutError';
  }

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
  static {
    this.prototype.name = 'APIError';
  }

  constructor(message, { status, code, details = {}, requestId = null, retryAfterMs = null, cause }) {
    super(message, cause === undefined ? undefined : { cause });
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
export class InvalidRequestError extends APIError {
  static {
    this.prototype.name = 'InvalidRequestError';
  }
}
/** 401: the key is missing, wrong, revoked or expired. */
export class AuthenticationError extends APIError {
  static {
    this.prototype.name = 'AuthenticationError';
  }
}
/** 403: the key is good, its role is too low. */
export class PermissionDeniedError extends APIError {
  static {
    this.prototype.name = 'PermissionDeniedError';
  }
}
/** 404: no such task, execution or dependency. */
export class NotFoundError extends APIError {
  static {
    this.prototype.name = 'NotFoundError';
  }
}
/** 409, 412: it contradicts what is there: a cycle, a run too many, an execution that has ended. */
export class ConflictError extends APIError {
  static {
    this.prototype.name = 'ConflictError';
  }
}
/** 429: too many requests; `retryAfterMs` says how long to wait. */
export class RateLimitError extends APIError {
  static {
    this.prototype.name = 'RateLimitError';
  }
}
/** 5xx: the fault is the service's. */
export class ServerError extends APIError {
  static {
    this.prototype.name = 'ServerError';
  }
}
/** 503: the service, its database or its engine is away for the moment. */
export class ServiceUnavailableError extends ServerError {
  static {
    this.prototype.name = 'ServiceUnavailableError';
  }
}
/** An answer that this API does not give, such as a proxy's page or a redirect: check `baseUrl`. */
export class UnexpectedAnswerError extends APIError {
  static {
    this.prototype.name = 'UnexpectedAnswerError';
  }
}

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
