package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** A task that was resumed. */
public final class ResumedTask extends Answer {
  ResumedTask(JsonNode json) {
    super(json, "task_id", "status");
  }

  public String getTaskId() {
    return text("task_id");
  }

  public TaskStatus getStatus() {
    return word(TaskStatus.class, "status");
  }

  /** Null where no run is to come. */
  public Instant getNextExecutionTime() {
    return instant("next_execution_time");
  }

  public Instant getResumedAt() {
    return instant("resumed_at");
  }
}
