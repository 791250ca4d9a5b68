package com.example;

import static com.example.Reply.Kind.HANGS;
import static com.example.Reply.of;
import static com.example.Reply.refusal;
import static com.example.Reply.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingTest extends ClientTest {
  private static final WaitPolicy OFTEN =
      WaitPolicy.USUAL.withFirstPause(Duration.ofMillis(1)).withLongestPause(Duration.ofMillis(2));
  private static final WaitPolicy SHORT = OFTEN.withTimeout(Duration.ofMillis(50));

  private static Reply execution(String status) {
    return of(200, Samples.execution(status));
  }

  @Test
  void untilTheExecutionHasEnded() throws IOException {
    ScriptedServer server = serve(of(202, Samples.TRIGGERED.replace("e-1", "e/1")), execution("queued"),
        execution("waiting"), execution("running"), refusal(503, "DATABASE_UNAVAILABLE"), execution("success"));
    TaskSchedulerClient client = client(server);
    assertTrue(client.waitFor(client.triggerTask("t-1"), OFTEN).hasSucceeded());
    assertEquals(6, server.asked.size());
    assertEquals("/api/v1/executions/e%2F1", server.asked.get(5).path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "timeout", "cancelled", "skipped", "missed"})
  void whatDidNotEndWellHasEndedToo(String status) throws IOException {
    Execution execution = client(serve(execution(status))).waitFor("e-1");
    assertEquals(status + " false", execution.getStatus() + " " + execution.hasSucceeded());
  }

  @Test
  void notLongerThanItsTimeout() throws IOException {
    TaskSchedulerClient client = client(serve(execution("running")));
    WaitTimeoutException error;
    Duration timeout = Duration.ofMillis(250);
    // Until it is long enough for a first answer on a busy machine.
    do {
      timeout = timeout.multipliedBy(2);
      WaitPolicy longer = OFTEN.withTimeout(timeout);
      error = assertThrows(WaitTimeoutException.class, () -> client.waitFor("e-1", longer));
    } while (error.getExecution() == null);
    String told = "Execution e-1 is still running after " + timeout.toMillis() + " ms: wait longer, or cancel it.";
    assertEquals(told, error.getMessage());
    assertEquals(ExecutionStatus.RUNNING, error.getExecution().getStatus());
  }

  @Test
  void notLongerThanItsTimeoutWhereNobodyAnswers() throws IOException {
    TaskSchedulerClient client = client(serve(that(HANGS)));
    WaitTimeoutException error = assertThrows(WaitTimeoutException.class, () -> client.waitFor("e-1", SHORT));
    assertEquals("Execution e-1 was never seen after 50 ms: wait longer, or cancel it.", error.getMessage());
    assertNull(error.getExecution());
  }

  @Test
  void anErrorOfTheServiceEndsIt() throws IOException {
    TaskSchedulerClient client = client(serve(execution("running"), refusal(404, "EXECUTION_NOT_FOUND")));
    assertThrows(NotFoundException.class, () -> client.waitFor("e-1", OFTEN));
  }
}
