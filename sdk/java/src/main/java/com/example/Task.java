package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A task: one to be made, or one that the service tells of.
 *
 * <p>A new one, and one in a list, carry what the service tells of it there; the other getters give null. The fields of
 * a single type, such as {@code interval_seconds}, are in {@link #getRaw}.
 */
public final class Task extends Answer {
  Task(JsonNode json) {
    this(json, "task_id", "task_name", "status");
  }

  private Task(JsonNode json, String... needed) {
    super(json, needed);
  }

  /** Begins a task to be made: its name and its type are needed, and what its type needs. */
  public static Builder builder() {
    return new Builder();
  }

  /** Null until the service has made it. */
  public String getTaskId() {
    return text("task_id");
  }

  public String getTaskName() {
    return text("task_name");
  }

  public TaskType getTaskType() {
    return word(TaskType.class, "task_type");
  }

  public TaskStatus getStatus() {
    return word(TaskStatus.class, "status");
  }

  public String getScheduleExpression() {
    return text("schedule_expression");
  }

  public String getTimezone() {
    return text("timezone");
  }

  /** Null where no run is to come. */
  public Instant getNextExecutionTime() {
    return instant("next_execution_time");
  }

  public Instant getLastExecutionTime() {
    return instant("last_execution_time");
  }

  /** How its last execution ended. */
  public ExecutionStatus getLastStatus() {
    return word(ExecutionStatus.class, "last_status");
  }

  public Boolean isEnabled() {
    return flag("enabled");
  }

  /** Your own JSON as plain Java: a map, a list, a text, a number, a boolean or null. No key in it is ever renamed. */
  public Object getPayload() {
    return any("payload");
  }

  /** The same, as an object of {@code type}: a map, a list, a record or a class of yours, as Jackson reads it. */
  public <T> T getPayloadAs(Class<T> type) {
    return anyAs("payload", type);
  }

  /** Bounds one attempt. */
  public Integer getTimeoutSeconds() {
    return whole("timeout_seconds");
  }

  /** Retries after the first attempt. */
  public Integer getMaxRetries() {
    return whole("max_retries");
  }

  /** Retries of its latest execution. */
  public Integer getRetryCount() {
    return whole("retry_count");
  }

  public Integer getRetryDelaySeconds() {
    return whole("retry_delay_seconds");
  }

  public Priority getPriority() {
    return word(Priority.class, "priority");
  }

  public Map<String, String> getTags() {
    return map("tags");
  }

  public Integer getMaxConcurrent() {
    return whole("max_concurrent");
  }

  /** Seconds. */
  public Integer getMisfireGraceTime() {
    return whole("misfire_grace_time");
  }

  public Boolean getCoalesce() {
    return flag("coalesce");
  }

  public Boolean getStopOnError() {
    return flag("stop_on_error");
  }

  /** What each run waits for. */
  public List<Dependency> getDependencies() {
    return list("dependencies", Dependency::new);
  }

  public String getDescription() {
    return text("description");
  }

  /** What it does, in words. */
  public String getRuns() {
    return text("runs");
  }

  public Instant getPausedAt() {
    return instant("paused_at");
  }

  public String getDisabledReason() {
    return text("disabled_reason");
  }

  public String getCreatedBy() {
    return text("created_by");
  }

  public Instant getCreatedAt() {
    return instant("created_at");
  }

  public Instant getUpdatedAt() {
    return instant("updated_at");
  }

  /** Gathers a task to be made, by the setters of {@link TaskFields}. */
  public static final class Builder extends TaskFields<Builder> {
    private Builder() {}

    /** Throws IllegalArgumentException where the name or the type is missing. */
    public Task build() {
      return new Task(fields(), "task_name", "task_type");
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
