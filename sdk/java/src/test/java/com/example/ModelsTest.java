package com.example;

import static com.example.Reply.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest extends ClientTest {
  record Inner(String reportType, Map<String, Integer> nested_key) {}

  @Test
  void aTaskIsTypedAndItsPayloadIsLeftAlone() throws IOException {
    Task task = client(serve(of(200, Samples.TASK))).getTask("t-1");
    assertEquals(Map.of("reportType", "daily", "nested_key", Map.of("Inner-Key", 1)), task.getPayload());
    assertEquals(new Inner("daily", Map.of("Inner-Key", 1)), task.getPayloadAs(Inner.class));
    assertEquals(Map.of("Team-Name", "a_b"), task.getTags());
    assertEquals(TaskStatus.SCHEDULED, task.getStatus());
    assertEquals(TaskType.CRON, task.getTaskType());
    assertEquals(Priority.HIGH, task.getPriority());
    assertEquals(Instant.parse("2024-01-09T05:00:00Z"), task.getNextExecutionTime());
    assertEquals(Instant.parse("2024-01-08T10:00:00.250Z"), task.getUpdatedAt());
    assertEquals(300, task.getTimeoutSeconds());
    assertTrue(task.isEnabled());
    assertNull(task.getDescription());
    assertEquals(List.of(), task.getDependencies());
    assertEquals(7, task.getRaw().get("of_a_newer_service"));
  }

  @Test
  void anExecutionIsTypedAndItsResultIsLeftAlone() throws IOException {
    Execution execution = client(serve(of(200, Samples.EXECUTION))).getExecution("e-1");
    assertEquals(Map.of("recordsProcessed", 10000, "output_file", "s3://bucket/report.pdf"), execution.getResult());
    assertTrue(execution.hasEnded() && execution.hasSucceeded());
    assertEquals(330_000L, execution.getDurationMs());
    assertEquals(false, execution.isRetry());
    assertNull(execution.getError());
  }

  @Test
  void aFailureIsTold() throws IOException {
    String failed = Samples.execution("failed").replace("\"is_retry\"", """
        "error": {"code": "BadInput", "type": null, "message": "give a text"}, "is_retry\"""");
    Execution.Failure error = client(serve(of(200, failed))).getExecution("e-1").getError();
    assertEquals("BadInput: give a text", error.getCode() + ": " + error.getMessage());
    assertNull(error.getType());
  }

  @Test
  void aWordOfANewerServiceIsBorne() throws IOException {
    Execution execution = client(serve(of(200, Samples.execution("dreaming")))).getExecution("e-1");
    assertEquals(ExecutionStatus.UNKNOWN, execution.getStatus());
    assertEquals("dreaming", execution.getRaw().get("status"));
    assertFalse(execution.hasEnded());
    assertThrows(IllegalArgumentException.class, () -> new ExecutionQuery().status(ExecutionStatus.UNKNOWN));
  }

  @Test
  void whatItWasGivenCannotBeChangedThroughAnAnswer() throws IOException {
    Task task = client(serve(of(200, Samples.TASK))).getTask("t-1");
    task.getRaw().clear();
    task.getTags().clear();
    assertEquals("daily_report_generation", task.getTaskName());
    assertEquals(Map.of("Team-Name", "a_b"), task.getTags());
  }

  @Test
  void equalAnswersAreEqual() throws IOException {
    TaskSchedulerClient client = client(serve(of(200, Samples.TASK), of(200, Samples.TASK), of(200, Samples.TASK
        .replace("scheduled", "paused"))));
    Task one = client.getTask("t-1");
    assertEquals(one, client.getTask("t-1"));
    assertNotEquals(one, client.getTask("t-1"));
  }
}
