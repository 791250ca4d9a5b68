package com.example;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The setters of {@link Task.Builder} and {@link TaskChanges.Builder}: what a task is made of.
 *
 * <p>Each type of task takes some of the fields that say when it runs:
 *
 * <ul>
 *   <li>{@code CRON}: {@code scheduleExpression}, {@code timezone}
 *   <li>{@code ONE_TIME}: {@code nextExecutionTime}
 *   <li>{@code INTERVAL}: {@code intervalSeconds} (or {@code scheduleExpression}: "90s", "5m"),
 *       {@code jitterPercentage}, {@code startImmediately}
 *   <li>{@code DAILY}: {@code time}, {@code daysOfWeek}, {@code skipWeekends}; {@code WEEKLY}: {@code daysOfWeek},
 *       {@code time}; {@code MONTHLY}: {@code dayOfMonth}, {@code time}; all with {@code timezone}
 *   <li>{@code SUN}: {@code mode}, {@code latitude}, {@code longitude}, {@code offsetMinutes}, {@code timezone};
 *       {@code SUNRISE} and {@code SUNSET} the same without {@code mode}
 *   <li>{@code EVENT}: {@code topic}, {@code payloadMatch}, {@code minIntervalSeconds}
 *   <li>{@code IMMEDIATE}, {@code MANUAL}: none
 * </ul>
 *
 * <p>What the service refuses of them is an {@link InvalidRequestException} that names the field.
 *
 * @param <B> the builder itself
 */
public abstract class TaskFields<B extends TaskFields<B>> {
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

  TaskFields() {}

  abstract B self();

  ObjectNode fields() {
    return fields.deepCopy();
  }

  /**
   * A field by its name on the wire, for those that only a newer service knows.
   *
   * @throws IllegalArgumentException where the value can't be written as JSON
   */
  public B field(String name, Object value) {
    fields.set(name, Json.of(name, value));
    return self();
  }

  public B taskName(String taskName) {
    return field("task_name", taskName);
  }

  public B taskType(TaskType taskType) {
    return field("task_type", Words.sent(taskType));
  }

  /** A cron expression of five fields, or of six that begin with seconds; other types as told above. */
  public B scheduleExpression(String scheduleExpression) {
    return field("schedule_expression", scheduleExpression);
  }

  /** The IANA name of the zone that its times are in, such as "America/New_York"; UTC unless given. */
  public B timezone(String timezone) {
    return field("timezone", timezone);
  }

  /** When a task of type {@code ONE_TIME} runs. */
  public B nextExecutionTime(Instant nextExecutionTime) {
    return field("next_execution_time", nextExecutionTime.toString());
  }

  /** When a task of type {@code ONE_TIME} runs, in the task's time zone. */
  public B nextExecutionTime(LocalDateTime nextExecutionTime) {
    return field("next_execution_time", DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(nextExecutionTime));
  }

  /**
   * What the task is about: a map, a list, a record or class that Jackson writes, or a plain value. Keys are left as
   * they are.
   *
   * @throws IllegalArgumentException where it can't be written as JSON
   */
  public B payload(Object payload) {
    return field("payload", payload);
  }

  /** Bounds one attempt; 300 unless given. */
  public B timeoutSeconds(int timeoutSeconds) {
    return field("timeout_seconds", timeoutSeconds);
  }

  /** Retries after the first attempt; 3 unless given. */
  public B maxRetries(int maxRetries) {
    return field("max_retries", maxRetries);
  }

  /** The first wait before a retry, doubled each time up to an hour; 2 unless given. */
  public B retryDelaySeconds(int retryDelaySeconds) {
    return field("retry_delay_seconds", retryDelaySeconds);
  }

  /** {@code MEDIUM} unless given. */
  public B priority(Priority priority) {
    return field("priority", Words.sent(priority));
  }

  /** Names and texts to filter by. */
  public B tags(Map<String, String> tags) {
    return field("tags", tags);
  }

  /** Whether it runs by its schedule; true unless given. */
  public B enabled(boolean enabled) {
    return field("enabled", enabled);
  }

  public B description(String description) {
    return field("description", description);
  }

  /** The whole list of the tasks that each run waits for, by their ids, and what it asks of the end of each. */
  public B dependencies(Map<String, DependencyType> dependencies) {
    List<Map<String, String>> list = new ArrayList<>();
    dependencies.forEach((taskId, type) -> {
      Map<String, String> one = new LinkedHashMap<>();
      one.put("depends_on_task_id", taskId);
      one.put("dependency_type", Words.sent(type));
      list.add(one);
    });
    return field("dependencies", list);
  }

  /** The task's own parallel runs, those by hand included; 1 unless given. */
  public B maxConcurrent(int maxConcurrent) {
    return field("max_concurrent", maxConcurrent);
  }

  /** How late, in seconds, a missed run may still begin; 60 unless given. */
  public B misfireGraceTime(int misfireGraceTime) {
    return field("misfire_grace_time", misfireGraceTime);
  }

  /** Whether several missed runs become one; true unless given. */
  public B coalesce(boolean coalesce) {
    return field("coalesce", coalesce);
  }

  /** Whether a run that failed for good disables the task; false unless given. */
  public B stopOnError(boolean stopOnError) {
    return field("stop_on_error", stopOnError);
  }

  public B intervalSeconds(int intervalSeconds) {
    return field("interval_seconds", intervalSeconds);
  }

  /** The share of the interval that is left to chance. */
  public B jitterPercentage(double jitterPercentage) {
    return field("jitter_percentage", jitterPercentage);
  }

  /** Whether an interval also begins with a run at once. */
  public B startImmediately(boolean startImmediately) {
    return field("start_immediately", startImmediately);
  }

  /** The time of day, such as "06:30". */
  public B time(String time) {
    return field("time", time);
  }

  /** Such as "monday". */
  public B daysOfWeek(Collection<String> daysOfWeek) {
    return field("days_of_week", daysOfWeek);
  }

  public B skipWeekends(boolean skipWeekends) {
    return field("skip_weekends", skipWeekends);
  }

  /** From 1 to 31, where a month that lacks the day is skipped; -1 is the last day. */
  public B dayOfMonth(int dayOfMonth) {
    return field("day_of_month", dayOfMonth);
  }

  /** "sunrise" or "sunset". */
  public B mode(String mode) {
    return field("mode", mode);
  }

  public B latitude(double latitude) {
    return field("latitude", latitude);
  }

  public B longitude(double longitude) {
    return field("longitude", longitude);
  }

  /** After the sun; before it where negative. */
  public B offsetMinutes(int offsetMinutes) {
    return field("offset_minutes", offsetMinutes);
  }

  /** An MQTT topic filter. */
  public B topic(String topic) {
    return field("topic", topic);
  }

  /** What a message must say to fire the task. */
  public B payloadMatch(Map<String, ?> payloadMatch) {
    return field("payload_match", payloadMatch);
  }

  public B minIntervalSeconds(int minIntervalSeconds) {
    return field("min_interval_seconds", minIntervalSeconds);
  }
}
