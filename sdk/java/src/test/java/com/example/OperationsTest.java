package com.example;

import static com.example.Reply.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The operations that the document's own program does not use, with the answers that the document prints. */
class OperationsTest extends ClientTest {
  private static final Instant TEN = Instant.parse("2024-01-08T10:00:00Z");

  private Asked last;

  /** What the client makes of the answer; {@code last} is what it asked. */
  private <T> T answered(int status, String answer, Function<TaskSchedulerClient, T> what) throws IOException {
    ScriptedServer server = serve(of(status, answer));
    T value = what.apply(client(server));
    last = server.asked.get(0);
    return value;
  }

  private void assertAsked(String line, String body) {
    assertEquals(line, last.method() + " " + last.path());
    if (body == null) assertEquals(0, last.raw().length);
    else assertEquals(Asked.json(body), last.body());
  }

  @Test
  void update() throws IOException {
    UpdatedTask updated = answered(200, """
        {"task_id": "t-1", "updated_fields": ["schedule_expression", "priority"],
         "next_execution_time": "2024-01-09T07:00:00Z", "updated_at": "2024-01-08T10:00:00Z"}""",
        client -> client.updateTask("t-1", TaskChanges.builder()
            .scheduleExpression("0 2 * * *").enabled(true).priority(Priority.MEDIUM).build()));
    assertAsked("PATCH /api/v1/tasks/t-1",
        "{\"schedule_expression\": \"0 2 * * *\", \"enabled\": true, \"priority\": \"medium\"}");
    assertEquals(List.of("schedule_expression", "priority"), updated.getUpdatedFields());
    assertEquals(TEN, updated.getUpdatedAt());
  }

  @Test
  void pauseAndResume() throws IOException {
    PausedTask paused = answered(200,
        "{\"task_id\": \"t-1\", \"status\": \"paused\", \"paused_at\": \"2024-01-08T10:00:00Z\"}",
        client -> client.pauseTask("t-1"));
    assertAsked("POST /api/v1/tasks/t-1/pause", null);
    assertEquals(TaskStatus.PAUSED, paused.getStatus());
    assertEquals(TEN, paused.getPausedAt());
    ResumedTask resumed = answered(200, """
        {"task_id": "t-1", "status": "scheduled", "next_execution_time": null,
         "resumed_at": "2024-01-08T10:00:00Z"}""", client -> client.resumeTask("t-1"));
    assertAsked("POST /api/v1/tasks/t-1/resume", null);
    assertNull(resumed.getNextExecutionTime());
    answered(200, "{\"task_id\": \"t-1\", \"status\": \"paused\"}", client -> client.pauseTask("t-1", "a test"));
    assertAsked("POST /api/v1/tasks/t-1/pause", "{\"reason\": \"a test\"}");
    assertEquals(TEN, resumed.getResumedAt());
  }

  @Test
  void triggerWithOptions() throws IOException {
    TriggerOptions options = new TriggerOptions().force(true).parameters(Map.of("anyKey", 1)).idempotencyKey("mine");
    Execution queued = answered(202, Samples.TRIGGERED, client -> client.triggerTask("t-1", options));
    assertAsked("POST /api/v1/tasks/t-1/trigger", "{\"force\": true, \"parameters\": {\"anyKey\": 1}}");
    assertEquals("mine", last.header("Idempotency-Key"));
    assertEquals(ExecutionStatus.QUEUED, queued.getStatus());
    assertEquals(TEN, queued.getQueuedAt());
  }

  @Test
  void logsAndCancel() throws IOException {
    List<LogLine> logs = answered(200, """
        {"execution_id": "e-1", "logs": [
          {"timestamp": "2024-01-08T10:00:00Z", "level": "INFO", "message": "Starting report generation"}]}""",
        client -> client.getExecutionLogs("e-1"));
    assertAsked("GET /api/v1/executions/e-1/logs", null);
    LogLine line = logs.get(0);
    assertEquals(TEN + " INFO Starting report generation",
        line.getTimestamp() + " " + line.getLevel() + " " + line.getMessage());
    CancelledExecution cancelled = answered(200,
        "{\"execution_id\": \"e-1\", \"status\": \"cancelled\", \"cancelled_at\": \"2024-01-08T10:00:00Z\"}",
        client -> client.cancelExecution("e-1"));
    assertAsked("POST /api/v1/executions/e-1/cancel", null);
    assertEquals(ExecutionStatus.CANCELLED, cancelled.getStatus());
    CancelledExecution cancelling = answered(200,
        "{\"execution_id\": \"e-1\", \"status\": \"cancelling\", \"cancelled_at\": null}",
        client -> client.cancelExecution("e-1"));
    assertEquals(ExecutionStatus.CANCELLING, cancelling.getStatus());
    assertNull(cancelling.getCancelledAt());
  }

  @Test
  void dependencies() throws IOException {
    String added = """
        {"dependency_id": "d-1", "task_id": "t-1", "depends_on_task_id": "t-2", "dependency_type": "success"}""";
    assertEquals("d-1", answered(201, added, client -> client.addDependency("t-1", "t-2")).getDependencyId());
    assertAsked("POST /api/v1/tasks/t-1/dependencies",
        "{\"depends_on_task_id\": \"t-2\", \"dependency_type\": \"success\"}");
    answered(201, added, client -> client.addDependency("t-1", "t-2", DependencyType.ANY, "mine"));
    assertEquals("any mine", last.body().get("dependency_type").asText() + " " + last.header("Idempotency-Key"));
    Dependency listed = answered(200, """
        {"dependencies": [{"dependency_id": "d-1", "depends_on_task_id": "t-2",
          "depends_on_task_name": "data_processing", "dependency_type": "success"}]}""",
        client -> client.listDependencies("t-1")).get(0);
    assertEquals("data_processing success", listed.getDependsOnTaskName() + " " + listed.getDependencyType());
    answered(204, "", client -> {
      client.removeDependency("t-1", "d/1");
      return null;
    });
    assertAsked("DELETE /api/v1/tasks/t-1/dependencies/d%2F1", null);
  }

  @Test
  void graph() throws IOException {
    Graph graph = answered(200, """
        {"nodes": [{"task_id": "t-1", "task_name": "a", "task_type": "manual", "paused": true, "state": null}],
         "edges": [{"dependency_id": "d-1", "from": "t-2", "to": "t-1", "dependency_type": "any", "status": "met"}]}""",
        TaskSchedulerClient::getGraph);
    assertAsked("GET /api/v1/graph", null);
    assertEquals(TaskType.MANUAL, graph.getNodes().get(0).getTaskType());
    assertEquals(Map.of("all", "true"), last.queryMap());
    assertEquals(true, graph.getNodes().get(0).isPaused());
    assertNull(graph.getNodes().get(0).getState());
    assertEquals("t-2 t-1", graph.getEdges().get(0).getFrom() + " " + graph.getEdges().get(0).getTo());
  }

  @Test
  void bulk() throws IOException {
    List<Task> tasks = List.of(
        Task.builder().taskName("task1").taskType(TaskType.ONE_TIME).nextExecutionTime(TEN).build(),
        Task.builder().taskName("task2").taskType(TaskType.MANUAL).payload(Map.of("anyKey", 1)).build());
    BulkCreated created = answered(201, """
        {"created": 1, "failed": 1, "task_ids": ["t-2"], "errors": [
          {"index": 0, "task_name": "task1", "code": "INVALID_SCHEDULE", "message": "It is over.",
           "fields": [{"field": "next_execution_time", "message": "is over"}]}]}""",
        client -> client.bulkCreateTasks(tasks));
    assertAsked("POST /api/v1/tasks/bulk", """
        {"tasks": [
          {"task_name": "task1", "task_type": "one_time", "next_execution_time": "2024-01-08T10:00:00Z"},
          {"task_name": "task2", "task_type": "manual", "payload": {"anyKey": 1}}]}""");
    assertEquals(List.of("t-2"), created.getTaskIds());
    BulkError error = created.getErrors().get(0);
    assertEquals("0 INVALID_SCHEDULE It is over.", error.getIndex() + " " + error.getCode() + " " + error.getMessage());
    assertEquals(Map.of("next_execution_time", "is over"), error.getFields());
    BulkDeleted deleted = answered(200, "{\"deleted\": 2, \"failed\": 0}",
        client -> client.bulkDeleteTasks(List.of("t-1", "t-2"), "mine"));
    assertAsked("POST /api/v1/tasks/bulk-delete", "{\"task_ids\": [\"t-1\", \"t-2\"]}");
    assertEquals(2, deleted.getDeleted());
    assertEquals(List.of(), deleted.getErrors());
  }

  @Test
  void stats() throws IOException {
    TaskStats stats = answered(200, """
        {"task_id": "t-1", "total_executions": 100, "successful_executions": 98, "failed_executions": 2,
         "success_rate": 0.98, "average_duration_ms": 5000, "p50_duration_ms": 4500, "p95_duration_ms": 7000,
         "p99_duration_ms": 9000, "last_7_days": {"executions": 7, "success_rate": null}}""",
        client -> client.getTaskStats("t-1"));
    assertAsked("GET /api/v1/tasks/t-1/stats", null);
    assertEquals(100, stats.getTotalExecutions());
    assertEquals(0.98, stats.getSuccessRate());
    assertEquals(List.of(4500.0, 7000.0, 9000.0),
        List.of(stats.getP50DurationMs(), stats.getP95DurationMs(), stats.getP99DurationMs()));
    assertEquals(7, stats.getLast7Days().getExecutions());
    assertNull(stats.getLast7Days().getSuccessRate());
  }

  @Test
  void statusAndWorkers() throws IOException {
    SystemStatus status = answered(200, """
        {"status": "healthy",
         "scheduler": {"leader": "s-1", "followers": ["s-2"], "tasks_scheduled": 1000000, "tasks_pending": 5000},
         "workers": {"total": 100, "active": 98, "inactive": 2, "total_capacity": 1000, "current_load": 650},
         "queue": {"high_priority": 10, "medium_priority": 100, "low_priority": 500}}""",
        TaskSchedulerClient::getStatus);
    assertAsked("GET /api/v1/status", null);
    assertEquals("healthy", status.getStatus());
    assertEquals(List.of("s-2"), status.getScheduler().getFollowers());
    assertEquals(1_000_000, status.getScheduler().getTasksScheduled());
    assertEquals(98, status.getWorkers().getActive());
    assertEquals(500, status.getQueue().getLowPriority());
    Workers workers = answered(200, """
        {"workers": [{"worker_id": "w-1", "status": "active", "capacity": 10, "current_load": 7,
          "last_heartbeat": "2024-01-08T10:00:00Z", "uptime_seconds": 86400}], "total": 100}""",
        TaskSchedulerClient::listWorkers);
    assertAsked("GET /api/v1/workers", null);
    assertEquals(100, workers.getTotal());
    assertNotNull(workers.getWorkers().get(0).getLastHeartbeat());
    assertEquals(86_400L, workers.getWorkers().get(0).getUptimeSeconds());
  }
}
