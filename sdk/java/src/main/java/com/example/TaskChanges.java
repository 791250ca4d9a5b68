package com.example;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What {@link TaskSchedulerClient#updateTask} is to change; whatever is not set stays as it is. */
public final class TaskChanges {
  private final ObjectNode fields;

  private TaskChanges(ObjectNode fields) {
    this.fields = fields;
  }

  /** Begins a change. Payload, tags and dependencies are replaced as a whole. */
  public static Builder builder() {
    return new Builder();
  }

  ObjectNode json() {
    return fields;
  }

  @Override
  public String toString() {
    return "TaskChanges" + fields;
  }

  /** Gathers a change, by the setters of {@link TaskFields}. */
  public static final class Builder extends TaskFields<Builder> {
    private Builder() {}

    public TaskChanges build() {
      return new TaskChanges(fields());
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
