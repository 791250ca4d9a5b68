package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** What a change of a task came to. */
public final class UpdatedTask extends Answer {
  UpdatedTask(JsonNode json) {
    super(json, "task_id", "updated_fields");
  }

  public String getTaskId() {
    return text("task_id");
  }

  /** Those that really changed, not all that were sent; names as on the wire. */
  public List<String> getUpdatedFields() {
    return list("updated_fields", JsonNode::asText);
  }

  /** Calculated anew; null where no run is to come. */
  public Instant getNextExecutionTime() {
    return instant("next_execution_time");
  }

  public Instant getUpdatedAt() {
    return instant("updated_at");
  }
}
