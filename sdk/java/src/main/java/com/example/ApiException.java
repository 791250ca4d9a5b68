package com.example;

import java.time.Duration;
import java.util.Map;

/** The service refused. The message is the service's own, for people; {@link #getCode} is stable. */
public class ApiException extends TaskSchedulerException {
  private final Refusal refusal;

  ApiException(Refusal refusal) {
    super(refusal.message(), refusal.cause());
    this.refusal = refusal;
  }

  static ApiException of(Refusal refusal) {
    int status = refusal.status();
    return switch (status) {
      case 400, 413, 422 -> new InvalidRequestException(refusal);
      case 401 -> new AuthenticationException(refusal);
      case 403 -> new PermissionDeniedException(refusal);
      case 404 -> new NotFoundException(refusal);
      case 409, 412 -> new ConflictException(refusal);
      case 429 -> new RateLimitException(refusal);
      case 503 -> new ServiceUnavailableException(refusal);
      default -> {
        if (status >= 500) yield new ServerException(refusal);
        yield status >= 400 ? new ApiException(refusal) : new UnexpectedAnswerException(refusal);
      }
    };
  }

  /** The HTTP status. */
  public int getStatus() {
    return refusal.status();
  }

  /** Such as {@code TASK_NOT_FOUND}. */
  public String getCode() {
    return refusal.code();
  }

  /** For programs; may be empty. {@code fields} names each faulty field of a bad request. */
  public Map<String, Object> getDetails() {
    return refusal.details();
  }

  /** What finds the request in the service's log; null where the answer named none. */
  public String getRequestId() {
    return refusal.requestId();
  }

  /** How long the service asked to wait; null where it did not. */
  public Duration getRetryAfter() {
    return refusal.retryAfter();
  }

  /** The class, the message, and what it is searched by. */
  @Override
  public String toString() {
    String request = getRequestId() == null ? "" : ", request " + getRequestId();
    return super.toString() + " (" + getCode() + ", status " + getStatus() + request + ")";
  }
}
