package com.example;

import java.time.Duration;

/** {@code waitFor} gave up. The execution itself goes on. */
public final class WaitTimeoutException extends TaskSchedulerException {
  private final String executionId;
  private final Duration timeout;
  private final transient Execution execution;

  WaitTimeoutException(String executionId, Duration timeout, Execution execution) {
    super(message(executionId, timeout, execution), null);
    this.executionId = executionId;
    this.timeout = timeout;
    this.execution = execution;
  }

  private static String message(String executionId, Duration timeout, Execution execution) {
    String seen = execution == null ? "was never seen" : "is still " + execution.getStatus();
    long millis = timeout.toMillis();
    return "Execution " + executionId + " " + seen + " after " + millis + " ms: wait longer, or cancel it.";
  }

  public String getExecutionId() {
    return executionId;
  }

  public Duration getTimeout() {
    return timeout;
  }

  /** How it was seen last; null where it was not. */
  public Execution getExecution() {
    return execution;
  }
}
