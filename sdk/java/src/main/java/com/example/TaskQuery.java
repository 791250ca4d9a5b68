package com.example;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Which tasks to list. Each method gives a further query and leaves this one as it is. */
public final class TaskQuery {
  private final Map<String, String> parameters;

  /** All tasks. */
  public TaskQuery() {
    this(Map.of());
  }

  private TaskQuery(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  public TaskQuery status(TaskStatus status) {
    return with("status", Words.sent(status));
  }

  public TaskQuery priority(Priority priority) {
    return with("priority", Words.sent(priority));
  }

  /** Only tasks that have all of these tags. */
  public TaskQuery tags(Map<String, String> tags) {
    if (tags.isEmpty()) return this;
    String list = new LinkedHashMap<>(tags).entrySet().stream()
        .map(tag -> tag.getKey() + ":" + tag.getValue())
        .collect(Collectors.joining(","));
    return with("tags", list);
  }

  /** How many a page holds: 20 unless given, 100 for {@link TaskSchedulerClient#iterTasks(TaskQuery)}. */
  public TaskQuery limit(int limit) {
    return with("limit", String.valueOf(limit));
  }

  /** How many to leave out at the beginning. */
  public TaskQuery offset(int offset) {
    return with("offset", String.valueOf(offset));
  }

  Map<String, String> parameters() {
    return parameters;
  }

  private TaskQuery with(String name, String value) {
    return new TaskQuery(Query.with(parameters, name, value));
  }
}
