package com.example;

import java.util.Locale;

/** What a task asks of the end of the task that it waits for. */
public enum DependencyType {
  /** It succeeded. */
  SUCCESS,
  /** It succeeded or failed. */
  COMPLETION,
  /** It ended in any way; of several such dependencies one suffices. */
  ANY,
  /** A word that only a newer service knows; {@link Answer#getRaw} has it. */
  UNKNOWN;

  /** The word of the API, such as {@code success}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
