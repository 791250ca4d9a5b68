package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/**
 * One run of a task.
 *
 * <p>{@link TaskSchedulerClient#triggerTask} gives its ids, status and {@link #getQueuedAt} alone. {@code result},
 * {@code isRetry}, {@code error}, {@code parameters} and {@code triggeredBy} come with
 * {@link TaskSchedulerClient#getExecution} and {@link TaskSchedulerClient#waitFor(Execution)} only.
 */
public final class Execution extends Answer {
  Execution(JsonNode json) {
    super(json, "execution_id", "task_id", "status");
  }

  public String getExecutionId() {
    return text("execution_id");
  }

  public String getTaskId() {
    return text("task_id");
  }

  public ExecutionStatus getStatus() {
    return word(ExecutionStatus.class, "status");
  }

  /** One of {@link TaskSchedulerClient#listWorkers}. */
  public String getWorkerId() {
    return text("worker_id");
  }

  public Instant getStartedAt() {
    return instant("started_at");
  }

  public Instant getCompletedAt() {
    return instant("completed_at");
  }

  public Long getDurationMs() {
    return large("duration_ms");
  }

  /** Retries so far. */
  public Integer getRetryNumber() {
    return whole("retry_number");
  }

  public Boolean isRetry() {
    return flag("is_retry");
  }

  /** What the task's function returned, as plain Java: a map, a list, a text, a number, a boolean or null. */
  public Object getResult() {
    return any("result");
  }

  /** The same, as an object of {@code type}: a map, a list, a record or a class of yours, as Jackson reads it. */
  public <T> T getResultAs(Class<T> type) {
    return anyAs("result", type);
  }

  /** Why it did not end well; null where it did, or is under way. */
  public Failure getError() {
    return one("error", Failure::new);
  }

  /** Those that were given to {@link TaskSchedulerClient#triggerTask(String, TriggerOptions)}. */
  public Map<String, Object> getParameters() {
    return map("parameters");
  }

  public String getTriggeredBy() {
    return text("triggered_by");
  }

  /** Why it ran, such as {@code scheduled}. */
  public String getTrigger() {
    return text("trigger");
  }

  /** When it was due. */
  public Instant getScheduledAt() {
    return instant("scheduled_at");
  }

  /** When it was triggered by hand; known from the trigger alone. */
  public Instant getQueuedAt() {
    return instant("queued_at");
  }

  /** It has its final status. */
  public boolean hasEnded() {
    return getStatus().isFinal();
  }

  public boolean hasSucceeded() {
    return getStatus() == ExecutionStatus.SUCCESS;
  }

  /** Why an execution did not end well. */
  public static final class Failure extends Answer {
    Failure(JsonNode json) {
      super(json, "code");
    }

    /** Stable. */
    public String getCode() {
      return text("code");
    }

    /** The class of the function's own error, where there was one. */
    public String getType() {
      return text("type");
    }

    /** For people. */
    public String getMessage() {
      return text("message");
    }
  }
}
