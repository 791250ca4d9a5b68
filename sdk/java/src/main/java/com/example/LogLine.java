package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** What an execution wrote while it ran. */
public final class LogLine extends Answer {
  LogLine(JsonNode json) {
    super(json, "message");
  }

  public Instant getTimestamp() {
    return instant("timestamp");
  }

  /** Such as {@code INFO}. */
  public String getLevel() {
    return text("level");
  }

  public String getMessage() {
    return text("message");
  }
}
