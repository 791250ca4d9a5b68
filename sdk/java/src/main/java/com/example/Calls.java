package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Every operation of the API as a value. Nothing here does I/O. */
final class Calls {
  /** Bulk calls carry thousands of tasks. */
  private static final Duration BULK_TIMEOUT = Duration.ofSeconds(300);

  private static final String TASKS = "/api/v1/tasks";
  private static final String EXECUTIONS = "/api/v1/executions";

  private Calls() {}

  static Call<Task> createTask(Task task, String key) {
    return Call.write("POST", TASKS, toBeMade(task), one(Task::new)).key(key);
  }

  static Call<Task> getTask(String taskId) {
    return Call.get(below(TASKS, taskId), Map.of(), one(Task::new));
  }

  static Call<Page<Task>> listTasks(TaskQuery query) {
    return Call.get(TASKS, query.parameters(), page("tasks", Task::new));
  }

  static Call<UpdatedTask> updateTask(String taskId, TaskChanges changes) {
    return Call.write("PATCH", below(TASKS, taskId), changes.json(), one(UpdatedTask::new));
  }

  static Call<Void> deleteTask(String taskId) {
    return Call.write("DELETE", below(TASKS, taskId), null, nothing());
  }

  static Call<PausedTask> pauseTask(String taskId, String reason) {
    return Call.write("POST", below(TASKS, taskId, "pause"), reasonOf(reason), one(PausedTask::new));
  }

  static Call<ResumedTask> resumeTask(String taskId, String reason) {
    return Call.write("POST", below(TASKS, taskId, "resume"), reasonOf(reason), one(ResumedTask::new));
  }

  static Call<Execution> triggerTask(String taskId, TriggerOptions options) {
    Call<Execution> call = Call.write("POST", below(TASKS, taskId, "trigger"), options.body(), one(Execution::new));
    return call.key(options.idempotencyKey());
  }

  static Call<Page<Execution>> getExecutions(String taskId, ExecutionQuery query) {
    return Call.get(below(TASKS, taskId, "executions"), query.parameters(), page("executions", Execution::new));
  }

  static Call<Execution> getExecution(String executionId) {
    return Call.get(below(EXECUTIONS, executionId), Map.of(), one(Execution::new));
  }

  static Call<List<LogLine>> getExecutionLogs(String executionId) {
    return Call.get(below(EXECUTIONS, executionId, "logs"), Map.of(), list("logs", LogLine::new));
  }

  static Call<CancelledExecution> cancelExecution(String executionId) {
    return Call.write("POST", below(EXECUTIONS, executionId, "cancel"), null, one(CancelledExecution::new));
  }

  static Call<Dependency> addDependency(String taskId, String dependsOnTaskId, DependencyType type, String key) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("depends_on_task_id", dependsOnTaskId);
    body.put("dependency_type", Words.sent(type));
    JsonNode json = Json.of("The dependency", body);
    return Call.write("POST", below(TASKS, taskId, "dependencies"), json, one(Dependency::new)).key(key);
  }

  static Call<List<Dependency>> listDependencies(String taskId) {
    return Call.get(below(TASKS, taskId, "dependencies"), Map.of(), list("dependencies", Dependency::new));
  }

  static Call<Void> removeDependency(String taskId, String dependencyId) {
    return Call.write("DELETE", below(TASKS, taskId, "dependencies", segment(dependencyId)), null, nothing());
  }

  static Call<Graph> getGraph(boolean onlyConnected) {
    return Call.get("/api/v1/graph", Map.of("all", String.valueOf(!onlyConnected)), one(Graph::new));
  }

  static Call<BulkCreated> bulkCreateTasks(Collection<Task> tasks, String key) {
    JsonNode body = Json.of("tasks", Map.of("tasks", tasks.stream().map(Calls::toBeMade).toList()));
    Call<BulkCreated> call = Call.write("POST", TASKS + "/bulk", body, one(BulkCreated::new));
    return call.key(key).usualTimeout(BULK_TIMEOUT);
  }

  static Call<BulkDeleted> bulkDeleteTasks(Collection<String> taskIds, String key) {
    JsonNode body = Json.of("taskIds", Map.of("task_ids", taskIds));
    Call<BulkDeleted> call = Call.write("POST", TASKS + "/bulk-delete", body, one(BulkDeleted::new));
    return call.key(key).usualTimeout(BULK_TIMEOUT);
  }

  static Call<TaskStats> getTaskStats(String taskId) {
    return Call.get(below(TASKS, taskId, "stats"), Map.of(), one(TaskStats::new));
  }

  static Call<SystemStatus> getStatus() {
    return Call.get("/api/v1/status", Map.of(), one(SystemStatus::new));
  }

  static Call<Workers> listWorkers() {
    return Call.get("/api/v1/workers", Map.of(), one(Workers::new));
  }

  private static JsonNode toBeMade(Task task) {
    if (task.getTaskId() == null) return task.json();
    throw new IllegalArgumentException(
        "Task " + task.getTaskId() + " exists already: build a new one with Task.builder().");
  }

  private static JsonNode reasonOf(String reason) {
    return reason == null ? null : Json.of("reason", Map.of("reason", reason));
  }

  private static String below(String base, String id, String... further) {
    List<String> parts = new ArrayList<>(List.of(base, segment(id)));
    parts.addAll(List.of(further));
    return String.join("/", parts);
  }

  private static String segment(String id) {
    // An empty id, "." or ".." would name another resource.
    if (id != null && !id.matches("\\.*")) return Query.encoded(id);
    throw new IllegalArgumentException("\"" + id + "\" is not an id: give the id that the service gave.");
  }

  private static <T> Call.Reader<T> one(Function<JsonNode, T> read) {
    return (data, headers) -> read.apply(data);
  }

  private static <T> Call.Reader<List<T>> list(String name, Function<JsonNode, T> read) {
    return (data, headers) -> items(data, name, read);
  }

  private static <T> Call.Reader<Page<T>> page(String name, Function<JsonNode, T> read) {
    return (data, headers) -> new Page<>(items(data, name, read), data, headers.firstValue("Link").orElse(null));
  }

  private static <T> List<T> items(JsonNode data, String name, Function<JsonNode, T> read) {
    if (!data.path(name).isArray()) throw new IllegalArgumentException(name + " is missing");
    List<T> items = new ArrayList<>();
    data.get(name).forEach(item -> items.add(read.apply(item)));
    return List.copyOf(items);
  }

  private static Call.Reader<Void> nothing() {
    return (data, headers) -> null;
  }
}
