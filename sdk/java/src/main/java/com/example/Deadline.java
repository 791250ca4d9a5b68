package com.example;

import java.time.Duration;

/** When to give up, on the monotonic clock; {@code at} in nanoseconds, null for never. */
record Deadline(Long at) {
  static final Deadline NEVER = new Deadline(null);

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** The shorter of the time that is left, which is never less than 1 ms, and this one. */
  Duration within(Duration time) {
    if (at == null) return time;
    Duration left = Duration.ofNanos(Math.max(1_000_000, at - System.nanoTime()));
    return left.compareTo(time) < 0 ? left : time;
  }

  boolean isOverAfter(Duration time) {
    return at != null && System.nanoTime() + time.toNanos() - at >= 0;
  }
}
