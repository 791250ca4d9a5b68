package com.example;

import java.time.Duration;

/**
 * When a call is tried again: waits double from {@code firstWait} to {@code longestWait}, half of each is left to
 * chance. 408, 429, 500, 502, 503, 504, broken connections and timeouts are tried again; a {@code Retry-After} of the
 * service is honoured.
 *
 * @param maxRetries retries after the first try
 * @param longestRetryAfter a service that asks for a longer wait ends the call at once, with its exception
 */
public record RetryPolicy(int maxRetries, Duration firstWait, Duration longestWait, Duration longestRetryAfter) {
  /** Three retries, after waits that double from 0.5 s to 8 s; 90 s at most where the service asks for them. */
  public static final RetryPolicy USUAL =
      new RetryPolicy(3, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(90));

  /** Throws IllegalArgumentException for what is less than nothing. */
  public RetryPolicy {
    if (maxRetries < 0) throw new IllegalArgumentException("maxRetries must be 0 or more.");
    if (firstWait.isNegative() || longestWait.isNegative() || longestRetryAfter.isNegative()) {
      throw new IllegalArgumentException("Waits must be 0 or more.");
    }
  }

  public RetryPolicy withMaxRetries(int maxRetries) {
    return new RetryPolicy(maxRetries, firstWait, longestWait, longestRetryAfter);
  }

  public RetryPolicy withFirstWait(Duration firstWait) {
    return new RetryPolicy(maxRetries, firstWait, longestWait, longestRetryAfter);
  }

  public RetryPolicy withLongestWait(Duration longestWait) {
    return new RetryPolicy(maxRetries, firstWait, longestWait, longestRetryAfter);
  }

  public RetryPolicy withLongestRetryAfter(Duration longestRetryAfter) {
    return new RetryPolicy(maxRetries, firstWait, longestWait, longestRetryAfter);
  }

  /** How long until the next try; null when there is none. {@code chance} is from 0 to 1. */
  Duration waitAfter(int retriesDone, Duration retryAfter, double chance) {
    if (retriesDone >= maxRetries) return null;
    if (retryAfter != null && retryAfter.compareTo(longestRetryAfter) > 0) return null;
    double full = Math.min(longestWait.toNanos(), firstWait.toNanos() * Math.pow(2, retriesDone));
    // Half of it is left to chance, so that clients that failed together do not come back together.
    Duration wait = Duration.ofNanos(Math.round(full / 2 + full / 2 * chance));
    return retryAfter != null && retryAfter.compareTo(wait) > 0 ? retryAfter : wait;
  }
}
