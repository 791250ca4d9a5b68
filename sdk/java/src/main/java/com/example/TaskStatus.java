package com.example;

import java.util.Locale;

/** Where a task stands. */
public enum TaskStatus {
  SCHEDULED,
  /** Its last run is under way, and no other is to come. */
  RUNNING,
  /** Its last run has ended, whatever came of it. */
  COMPLETED,
  PAUSED,
  DISABLED,
  /** A word that only a newer service knows; {@link Answer#getRaw} has it. */
  UNKNOWN;

  /** The word of the API, such as {@code scheduled}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
