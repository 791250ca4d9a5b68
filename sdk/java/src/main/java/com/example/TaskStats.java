package com.example;

import com.fasterxml.jackson.databind.JsonNode;

/** How the executions of a task went. Durations are null until one has ended; rates are from 0 to 1. */
public final class TaskStats extends Answer {
  TaskStats(JsonNode json) {
    super(json, "task_id", "total_executions");
  }

  public String getTaskId() {
    return text("task_id");
  }

  /** All that ended, whatever became of them. */
  public long getTotalExecutions() {
    return count("total_executions");
  }

  public long getSuccessfulExecutions() {
    return count("successful_executions");
  }

  /** Failed, or ran out of time. */
  public long getFailedExecutions() {
    return count("failed_executions");
  }

  /** Of those that succeeded or failed; null where there are none. */
  public Double getSuccessRate() {
    return number("success_rate");
  }

  public Double getAverageDurationMs() {
    return number("average_duration_ms");
  }

  public Double getP50DurationMs() {
    return number("p50_duration_ms");
  }

  public Double getP95DurationMs() {
    return number("p95_duration_ms");
  }

  public Double getP99DurationMs() {
    return number("p99_duration_ms");
  }

  public long getCancelledExecutions() {
    return count("cancelled_executions");
  }

  public long getSkippedExecutions() {
    return count("skipped_executions");
  }

  public long getMissedExecutions() {
    return count("missed_executions");
  }

  public Recent getLast7Days() {
    return one("last_7_days", Recent::new);
  }

  /** The last seven days. */
  public static final class Recent extends Answer {
    Recent(JsonNode json) {
      super(json, "executions");
    }

    public long getExecutions() {
      return count("executions");
    }

    /** Null where there are none that count. */
    public Double getSuccessRate() {
      return number("success_rate");
    }
  }
}
