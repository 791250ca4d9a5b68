package com.example;

/** 429: too many requests; {@link #getRetryAfter} says how long to wait. */
public final class RateLimitException extends ApiException {
  RateLimitException(Refusal refusal) {
    super(refusal);
  }
}
