package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** A task that was paused. */
public final class PausedTask extends Answer {
  PausedTask(JsonNode json) {
    super(json, "task_id", "status");
  }

  public String getTaskId() {
    return text("task_id");
  }

  public TaskStatus getStatus() {
    return word(TaskStatus.class, "status");
  }

  public Instant getPausedAt() {
    return instant("paused_at");
  }
}
