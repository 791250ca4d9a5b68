package com.example;

import static com.example.Reply.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OutgoingTest extends ClientTest {
  record Report(String reportType, int max_rows) {}

  private Asked sent(String answer, Function<TaskSchedulerClient, ?> what) throws IOException {
    ScriptedServer server = serve(of(200, answer));
    what.apply(client(server));
    return server.asked.get(0);
  }

  @Test
  void whatGoesOutIsWhatWasGiven() throws IOException {
    Map<String, Object> payload = new HashMap<>();
    payload.put("camelCase", Map.of("snake_case", List.of(Map.of("Kebab-Key", 1.5))));
    payload.put("", "ü€");
    payload.put("nothing", null);
    Task task = Task.builder()
        .taskName("n")
        .taskType(TaskType.ONE_TIME)
        .payload(payload)
        .tags(Map.of("Team-Name", "a_b"))
        .nextExecutionTime(Instant.parse("2030-01-01T10:00:00Z"))
        .priority(Priority.HIGH)
        .dependencies(Map.of("t-2", DependencyType.COMPLETION))
        .field("of_a_newer_service", List.of(1))
        .build();
    assertEquals(Asked.json("""
        {"task_name": "n", "task_type": "one_time",
         "payload": {"camelCase": {"snake_case": [{"Kebab-Key": 1.5}]}, "": "ü€", "nothing": null},
         "tags": {"Team-Name": "a_b"}, "next_execution_time": "2030-01-01T10:00:00Z", "priority": "high",
         "dependencies": [{"depends_on_task_id": "t-2", "dependency_type": "completion"}],
         "of_a_newer_service": [1]}"""),
        sent(Samples.TASK, client -> client.createTask(task)).body());
  }

  @Test
  void aRecordIsAPayloadTooByItsOwnNames() throws IOException {
    Task task = Task.builder().taskName("n").taskType(TaskType.MANUAL).payload(new Report("daily", 5)).build();
    assertEquals(Asked.json("{\"reportType\": \"daily\", \"max_rows\": 5}"),
        sent(Samples.TASK, client -> client.createTask(task)).body().get("payload"));
  }

  @Test
  void aPayloadIsTakenAsItWasWhenItWasGiven() throws IOException {
    Map<String, Object> payload = new HashMap<>(Map.of("n", 1));
    Task.Builder builder = Task.builder().taskName("n").taskType(TaskType.MANUAL).payload(payload);
    Task task = builder.build();
    payload.put("n", 2);
    builder.taskName("other");
    assertEquals(Asked.json("{\"task_name\": \"n\", \"task_type\": \"manual\", \"payload\": {\"n\": 1}}"),
        sent(Samples.TASK, client -> client.createTask(task)).body());
  }

  @Test
  void aLocalTimeGoesOutWithoutAnOffset() throws IOException {
    TaskChanges changes = TaskChanges.builder().nextExecutionTime(LocalDateTime.of(2030, 1, 1, 12, 0)).build();
    String answer = "{\"task_id\": \"t-1\", \"updated_fields\": [\"next_execution_time\"]}";
    assertEquals(Asked.json("{\"next_execution_time\": \"2030-01-01T12:00:00\"}"),
        sent(answer, client -> client.updateTask("t-1", changes)).body());
  }

  @Test
  void headersAreThoseOfTheApi() throws IOException {
    Asked read = sent(Samples.TASK, client -> client.getTask("t-1"));
    assertEquals("Bearer key-1", read.header("Authorization"));
    assertTrue(read.header("User-Agent").startsWith("task-scheduler-java/"));
    assertNull(read.header("Idempotency-Key"));
    Asked write = sent(Samples.TRIGGERED, client -> client.triggerTask("t-1"));
    assertNull(write.header("Content-Type"));
    assertEquals(0, write.raw().length);
  }

  /** Node hands a request with an Upgrade header to its WebSocket end. */
  @Test
  void noUpgradeToHttp2IsAskedFor() throws IOException {
    Asked asked = sent(Samples.TASK, client -> client.getTask("t-1"));
    assertNull(asked.header("Upgrade"));
    assertNull(asked.header("HTTP2-Settings"));
  }

  @Test
  void anIdCannotLeaveItsPlaceInThePath() throws IOException {
    Asked asked = sent(Samples.TASK, client -> client.getTask("../workers?x=1 a"));
    assertEquals("/api/v1/tasks/..%2Fworkers%3Fx%3D1%20a", asked.path());
    assertNull(asked.query());
  }

  @Test
  void aBaseWithAPathIsKept() throws IOException {
    ScriptedServer server = serve(of(200, Samples.TASK));
    builder(server).baseUrl(server.url() + "/tasks/").build().getTask("t-1");
    assertEquals("/tasks/api/v1/tasks/t-1", server.asked.get(0).path());
  }

  @Test
  void whatCouldOnlyBeGuessedIsRefusedBeforeItIsSent() throws IOException {
    ScriptedServer server = serve(of(200, Samples.TASK));
    TaskSchedulerClient client = client(server);
    Task made = client.getTask("t-1");
    List<Executable> wrong = new ArrayList<>(List.of(
        () -> client.getTask(""),
        () -> client.getTask(null),
        () -> client.deleteTask(".."),
        () -> client.createTask(made),
        () -> Task.builder().taskName("no type").build(),
        () -> Task.builder().payload(Map.of("n", Double.NaN)),
        () -> Task.builder().payload(new Object()),
        () -> new TriggerOptions().parameters(Map.of("n", Float.POSITIVE_INFINITY)),
        () -> builder(server).timeout(Duration.ZERO).build(),
        () -> builder(server).baseUrl("ftp://x").build(),
        () -> builder(server).baseUrl(null).build(),
        () -> RetryPolicy.USUAL.withMaxRetries(-1)));
    for (String key : new String[] {"", "two words", "a\nb", "schlüssel", null}) {
      wrong.add(() -> builder(server).apiKey(key).build());
    }
    for (Executable one : wrong) assertThrows(IllegalArgumentException.class, one);
    assertEquals(1, server.asked.size());
  }

  @Test
  void theKeyIsInNoText() throws IOException {
    TaskSchedulerClient client = client(serve(of(200, Samples.TASK)));
    assertFalse((client + " " + client.async()).contains("key-1"));
  }
}
