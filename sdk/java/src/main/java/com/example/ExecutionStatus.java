package com.example;

import java.util.Locale;
import java.util.Set;

/** How an execution stands, or how it ended. */
public enum ExecutionStatus {
  QUEUED,
  /** Held until the tasks that it depends on have ended. */
  WAITING,
  RUNNING,
  /** Asked to stop, and not yet there. */
  CANCELLING,
  SUCCESS,
  FAILED,
  TIMEOUT,
  CANCELLED,
  /** Not run, for a reason: too many at a time, say. */
  SKIPPED,
  /** Not run, as nobody was there when it was due. */
  MISSED,
  /** A word that only a newer service knows; {@link Answer#getRaw} has it. */
  UNKNOWN;

  /** Whether it is a final status: the execution never changes again. */
  public boolean isFinal() {
    return Set.of(SUCCESS, FAILED, TIMEOUT, CANCELLED, SKIPPED, MISSED).contains(this);
  }

  /** The word of the API, such as {@code queued}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
