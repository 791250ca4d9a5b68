package com.example;

import com.fasterxml.jackson.databind.JsonNode;

/** That a task waits for another one. */
public final class Dependency extends Answer {
  Dependency(JsonNode json) {
    super(json, "depends_on_task_id", "dependency_type");
  }

  /** Null in {@link Task#getDependencies}. */
  public String getDependencyId() {
    return text("dependency_id");
  }

  /** The task that waits; known from {@link TaskSchedulerClient#addDependency(String, String)} alone. */
  public String getTaskId() {
    return text("task_id");
  }

  public String getDependsOnTaskId() {
    return text("depends_on_task_id");
  }

  /** Known from {@link TaskSchedulerClient#listDependencies} alone. */
  public String getDependsOnTaskName() {
    return text("depends_on_task_name");
  }

  public DependencyType getDependencyType() {
    return word(DependencyType.class, "dependency_type");
  }

  /** How it stands for the next run: {@code met}, {@code waiting} or {@code failed}; known from the list alone. */
  public String getStatus() {
    return text("status");
  }
}
