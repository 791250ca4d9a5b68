package com.example;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** With {@code seconds} it takes that long, to see it cancelled. */
public final class ChecksumActivitiesImpl implements ChecksumActivities {
  @Override
  public Map<String, Object> checksumText(Map<String, Object> payload) {
    if (!(payload.get("text") instanceof String text)) {
      // What can't get better is not tried again.
      throw ApplicationFailure.newNonRetryableFailure("give a \"text\"", "BadInput");
    }
    takeTime(payload.get("seconds") instanceof Number seconds ? seconds.doubleValue() : 0);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Map.of(
        "summary", "Summed " + bytes.length + " bytes",
        "sha256", HexFormat.of().formatHex(sha256(bytes)),
        "bytes", bytes.length);
  }

  private static void takeTime(double seconds) {
    ActivityExecutionContext context = Activity.getExecutionContext();
    for (int tenth = 0; tenth < seconds * 10; tenth++) {
      // Beats keep the attempt alive, and bring a cancellation: it is thrown here as ActivityCanceledException.
      context.heartbeat(null);
      try {
        Thread.sleep(100);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw Activity.wrap(interrupted);
      }
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
