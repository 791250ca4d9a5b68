package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What became of a bulk deletion. */
public final class BulkDeleted extends Answer {
  BulkDeleted(JsonNode json) {
    super(json, "deleted", "failed");
  }

  public int getDeleted() {
    return (int) count("deleted");
  }

  public int getFailed() {
    return (int) count("failed");
  }

  /** Why the others were not. */
  public List<BulkError> getErrors() {
    return list("errors", BulkError::new);
  }
}
