package com.example;

import java.util.Map;

/** Which executions of a task to list. Each method gives a further query and leaves this one as it is. */
public final class ExecutionQuery {
  private final Map<String, String> parameters;

  /** All executions. */
  public ExecutionQuery() {
    this(Map.of());
  }

  private ExecutionQuery(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  public ExecutionQuery status(ExecutionStatus status) {
    return with("status", Words.sent(status));
  }

  /** How many a page holds: 10 unless given, 100 for {@link TaskSchedulerClient#iterExecutions(String)}. */
  public ExecutionQuery limit(int limit) {
    return with("limit", String.valueOf(limit));
  }

  /** How many to leave out at the beginning. */
  public ExecutionQuery offset(int offset) {
    return with("offset", String.valueOf(offset));
  }

  Map<String, String> parameters() {
    return parameters;
  }

  private ExecutionQuery with(String name, String value) {
    return new ExecutionQuery(Query.with(parameters, name, value));
  }
}
