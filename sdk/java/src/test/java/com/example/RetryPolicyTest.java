package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private static final RetryPolicy POLICY = RetryPolicy.USUAL
      .withMaxRetries(6)
      .withFirstWait(Duration.ofSeconds(1))
      .withLongestRetryAfter(Duration.ofSeconds(10));

  private static List<Double> waits(double chance) {
    return IntStream.range(0, 6).mapToObj(n -> POLICY.waitAfter(n, null, chance).toMillis() / 1000.0).toList();
  }

  @Test
  void waitsDoubleToTheirBoundHalfOfEachByChance() {
    assertEquals(Arrays.asList(0.5, 1.0, 2.0, 4.0, 4.0, 4.0), waits(0));
    assertEquals(Arrays.asList(1.0, 2.0, 4.0, 8.0, 8.0, 8.0), waits(1));
    assertNull(POLICY.waitAfter(6, null, 0));
    assertEquals(Duration.ofSeconds(4), POLICY.withMaxRetries(10_000).waitAfter(5_000, null, 0));
  }

  @Test
  void retryAfterIsALeastWait() {
    assertEquals(Duration.ofSeconds(7), POLICY.waitAfter(0, Duration.ofSeconds(7), 0));
    assertEquals(Duration.ofMillis(500), POLICY.waitAfter(0, Duration.ZERO, 0));
    assertNull(POLICY.waitAfter(0, Duration.ofSeconds(11), 0));
  }

  @Test
  void retryAfterIsANumberOrADate() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertEquals(Duration.ofSeconds(12), Answers.retryAfter("12", now));
    assertEquals(Duration.ofSeconds(30), Answers.retryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now));
    assertEquals(Duration.ZERO, Answers.retryAfter("Wed, 31 Dec 2025 23:00:00 GMT", now));
    assertNull(POLICY.waitAfter(0, Answers.retryAfter("99999999999999999999999", now), 0));
    assertNull(Answers.retryAfter("soon", now));
    assertNull(Answers.retryAfter(null, now));
  }
}
