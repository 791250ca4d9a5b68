package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** An execution that was cancelled. */
public final class CancelledExecution extends Answer {
  CancelledExecution(JsonNode json) {
    super(json, "execution_id", "status");
  }

  public String getExecutionId() {
    return text("execution_id");
  }

  /** {@code CANCELLED}, or {@code CANCELLING} where its work did not stop within 10 s. */
  public ExecutionStatus getStatus() {
    return word(ExecutionStatus.class, "status");
  }

  /** Null while it is {@code CANCELLING}. */
  public Instant getCancelledAt() {
    return instant("cancelled_at");
  }
}
