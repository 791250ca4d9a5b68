package com.example;

import java.time.Duration;

/**
 * How an execution is waited for: it is asked after ever more seldom, from {@code firstPause} to {@code longestPause}.
 *
 * @param timeout after which waiting ends with WaitTimeoutException
 */
public record WaitPolicy(Duration timeout, Duration firstPause, Duration longestPause) {
  /** Five minutes, asking after 0.2 s first and every 5 s at last. */
  public static final WaitPolicy USUAL =
      new WaitPolicy(Duration.ofMinutes(5), Duration.ofMillis(200), Duration.ofSeconds(5));

  /** Throws IllegalArgumentException for what is less than nothing. */
  public WaitPolicy {
    if (timeout.isNegative() || firstPause.isNegative() || longestPause.isNegative()) {
      throw new IllegalArgumentException("The timeout and the pauses must be 0 or more.");
    }
  }

  /** As usual, but no longer than this. */
  public static WaitPolicy within(Duration timeout) {
    return USUAL.withTimeout(timeout);
  }

  public WaitPolicy withTimeout(Duration timeout) {
    return new WaitPolicy(timeout, firstPause, longestPause);
  }

  public WaitPolicy withFirstPause(Duration firstPause) {
    return new WaitPolicy(timeout, firstPause, longestPause);
  }

  public WaitPolicy withLongestPause(Duration longestPause) {
    return new WaitPolicy(timeout, firstPause, longestPause);
  }
}
