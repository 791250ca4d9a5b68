package com.example;

import static com.example.Reply.of;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.TaskSchedulerClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The program of the API document, as it stands there but for the host, the key and where its output goes. */
class PrintedProgramTest extends ClientTest {
  private final StringBuilder out = new StringBuilder();

  private void println(String line) {
    out.append(line).append('\n');
  }

  @Test
  void runs() throws Exception {
    ScriptedServer server = serve(
        of(201, Samples.TASK),
        of(200, Samples.TASK),
        of(200, "{\"executions\": [" + Samples.EXECUTION + "], \"total\": 100}"),
        of(202, Samples.TRIGGERED),
        of(204, ""));

    // Initialize client
    TaskSchedulerClient client = new TaskSchedulerClient.Builder()
        .baseUrl(server.url())
        .apiKey("your_api_key")
        .build();

    // Create task
    Task task = client.createTask(Task.builder()
        .taskName("daily_report")
        .taskType(TaskType.CRON)
        .scheduleExpression("0 0 * * *")
        .timezone("America/New_York")
        .payload(Map.of("reportType", "daily"))
        .build());
    println("Task created: " + task.getTaskId());

    // Get task status
    Task taskStatus = client.getTask(task.getTaskId());
    println("Status: " + taskStatus.getStatus());

    // List executions
    List<Execution> executions = client.getExecutions(task.getTaskId(), 10);
    for (Execution execution : executions) {
      println("Execution " + execution.getExecutionId() + ": " + execution.getStatus());
    }

    // Trigger task immediately
    Execution execution = client.triggerTask(task.getTaskId());
    println("Triggered execution: " + execution.getExecutionId());

    // Delete task
    client.deleteTask(task.getTaskId());

    assertEquals("""
        Task created: 550e8400-e29b-41d4-a716-446655440000
        Status: scheduled
        Execution e-1: success
        Triggered execution: e-1
        """, out.toString());
    String task1 = "/api/v1/tasks/550e8400-e29b-41d4-a716-446655440000";
    assertEquals(
        List.of("POST /api/v1/tasks", "GET " + task1, "GET " + task1 + "/executions", "POST " + task1 + "/trigger",
            "DELETE " + task1),
        server.asked.stream().map(one -> one.method() + " " + one.path()).toList());
    assertEquals(Asked.json("""
        {"task_name": "daily_report", "task_type": "cron", "schedule_expression": "0 0 * * *",
         "timezone": "America/New_York", "payload": {"reportType": "daily"}}"""), server.asked.get(0).body());
    assertEquals(Map.of("limit", "10"), server.asked.get(2).queryMap());
  }
}
