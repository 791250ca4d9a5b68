package com.example;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.Map;

/** What the worker serves; Almanac runs it by the name of its method. */
@ActivityInterface
public interface ChecksumActivities {
  /** The SHA-256 of {@code text}, and its length in bytes of UTF-8. */
  @ActivityMethod(name = "checksum_text")
  Map<String, Object> checksumText(Map<String, Object> payload);
}
