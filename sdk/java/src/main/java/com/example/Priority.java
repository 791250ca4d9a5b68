package com.example;

import java.util.Locale;

/** Who goes first where not all can at once. */
public enum Priority {
  HIGH,
  MEDIUM,
  LOW,
  /** A word that only a newer service knows; {@link Answer#getRaw} has it. */
  UNKNOWN;

  /** The word of the API, such as {@code high}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
