package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What became of a bulk creation; some tasks may have failed while others were made. */
public final class BulkCreated extends Answer {
  BulkCreated(JsonNode json) {
    super(json, "created", "failed", "task_ids");
  }

  public int getCreated() {
    return (int) count("created");
  }

  public int getFailed() {
    return (int) count("failed");
  }

  /** Of those that were made, in the order in which they were given. */
  public List<String> getTaskIds() {
    return list("task_ids", JsonNode::asText);
  }

  /** Why the others were not. */
  public List<BulkError> getErrors() {
    return list("errors", BulkError::new);
  }
}
