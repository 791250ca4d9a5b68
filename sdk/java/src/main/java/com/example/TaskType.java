package com.example;

import java.util.Locale;

/** When a task runs. The fields of {@link TaskFields} that each type takes stand there. */
public enum TaskType {
  CRON,
  ONE_TIME,
  INTERVAL,
  DAILY,
  WEEKLY,
  MONTHLY,
  SUN,
  SUNRISE,
  SUNSET,
  /** When a message comes in on an MQTT topic. */
  EVENT,
  /** Once, at once. */
  IMMEDIATE,
  /** Only by hand, or when what it depends on has ended. */
  MANUAL,
  /** A word that only a newer service knows; {@link Answer#getRaw} has it. */
  UNKNOWN;

  /** The word of the API, such as {@code one_time}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
