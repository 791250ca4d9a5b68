package com.example;

import static com.example.Reply.Kind.DROPS;
import static com.example.Reply.Kind.HANGS;
import static com.example.Reply.Kind.STALLS;
import static com.example.Reply.of;
import static com.example.Reply.refusal;
import static com.example.Reply.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetriesTest extends ClientTest {
  private static List<String> keys(ScriptedServer server) {
    return server.asked.stream().map(one -> one.header("Idempotency-Key")).toList();
  }

  @Test
  void whatMayPassIsTriedAgainAndAWriteKeepsItsIdempotencyKey() throws IOException {
    ScriptedServer server = serve(refusal(503, "DATABASE_UNAVAILABLE"), that(DROPS),
        refusal(409, "IDEMPOTENCY_IN_FLIGHT"), of(202, Samples.TRIGGERED));
    assertEquals("e-1", client(server).triggerTask("t-1").getExecutionId());
    assertEquals(4, server.asked.size());
    assertEquals(1, keys(server).stream().distinct().count());
    assertTrue(keys(server).get(0).length() >= 36);
  }

  @Test
  void eachWriteHasAKeyOfItsOwnAndTheCallersKeyWins() throws IOException {
    ScriptedServer server = serve(of(201, Samples.TASK));
    TaskSchedulerClient client = client(server);
    Task task = Task.builder().taskName("a").taskType(TaskType.MANUAL).build();
    client.createTask(task);
    client.createTask(task);
    client.createTask(task, "mine");
    assertNotEquals(keys(server).get(0), keys(server).get(1));
    assertEquals("mine", keys(server).get(2));
  }

  @ParameterizedTest
  @CsvSource({"408", "429", "500", "502", "503", "504"})
  void retriesAreSpentAndTheLastErrorIsThrown(int status) throws IOException {
    ScriptedServer server = serve(refusal(status, "SOME_CODE", "Not now."));
    ApiException error = assertThrows(ApiException.class, () -> client(server).pauseTask("t-1"));
    assertEquals("Not now.", error.getMessage());
    assertEquals(4, server.asked.size());
  }

  @ParameterizedTest
  @CsvSource({"400, INVALID_INPUT", "409, DEPENDENCY_CYCLE", "404, TASK_NOT_FOUND", "401, UNAUTHENTICATED"})
  void whatCannotPassIsNotTriedAgain(int status, String code) throws IOException {
    ScriptedServer server = serve(refusal(status, code));
    assertThrows(ApiException.class, () -> client(server).deleteTask("t-1"));
    assertEquals(1, server.asked.size());
  }

  @Test
  void aLostDeletionThatWasDoneIsASuccess() throws IOException {
    ScriptedServer lost = serve(that(DROPS), refusal(404, "TASK_NOT_FOUND"));
    client(lost).deleteTask("t-1");
    assertEquals(2, lost.asked.size());
    ScriptedServer limited = serve(refusal(429, "RATE_LIMITED"), refusal(404, "TASK_NOT_FOUND"));
    assertThrows(NotFoundException.class, () -> client(limited).deleteTask("t-1"));
  }

  @Test
  void aShortRetryAfterIsWaitedForAndALongOneIsTold() throws IOException {
    ScriptedServer server = serve(refusal(429, "RATE_LIMITED").with("Retry-After", "1"), of(200, Samples.TASK));
    assertEquals(TaskStatus.SCHEDULED, client(server).getTask("t-1").getStatus());
    ScriptedServer shut = serve(refusal(429, "RATE_LIMITED").with("Retry-After", "3600"));
    RateLimitException error = assertThrows(RateLimitException.class, () -> client(shut).getTask("t-1"));
    assertEquals(Duration.ofHours(1), error.getRetryAfter());
    assertEquals(1, shut.asked.size());
  }

  @ParameterizedTest
  @EnumSource(value = Reply.Kind.class, names = {"HANGS", "STALLS"})
  void noAnswerInTimeHasItsOwnClassAndIsTriedAgain(Reply.Kind kind) throws IOException {
    ScriptedServer server = serve(that(kind));
    TaskSchedulerClient client = builder(server).timeout(Duration.ofMillis(50)).build();
    Exception error = assertThrows(ApiTimeoutException.class, () -> client.pauseTask("t-1"));
    assertTrue(error.getMessage().contains("no answer within 50 ms"), error.getMessage());
    assertFalse(error.getMessage().contains("key-1"));
  }

  @Test
  void aTimeoutOfOneTryIsNotTheEnd() throws IOException {
    ScriptedServer server = serve(that(HANGS), that(STALLS), of(202, Samples.TRIGGERED));
    // A busy machine may miss the answer of a further try too.
    TaskSchedulerClient client =
        builder(server).timeout(Duration.ofSeconds(2)).retry(QUICK.withMaxRetries(20)).build();
    assertEquals("e-1", client.triggerTask("t-1").getExecutionId());
    assertEquals(1, keys(server).stream().distinct().count());
  }

  @Test
  void noConnectionHasItsOwnClass() throws IOException {
    ScriptedServer gone = serve();
    gone.close();
    Exception error = assertThrows(ApiConnectionException.class, () -> client(gone).getTask("t-1"));
    assertEquals(ApiConnectionException.class, error.getClass());
    assertEquals("GET " + gone.url() + "/api/v1/tasks/t-1: ConnectException", error.getMessage());
  }

  @Test
  void optionsOfACopyHoldForItAlone() throws IOException {
    ScriptedServer server = serve(refusal(503, "DATABASE_UNAVAILABLE"));
    TaskSchedulerClient client = client(server);
    TaskSchedulerClient copy = client.withRetry(QUICK.withMaxRetries(0));
    assertThrows(ServiceUnavailableException.class, () -> copy.getTask("t-1"));
    assertEquals(1, server.asked.size());
    assertThrows(ServiceUnavailableException.class, () -> client.getTask("t-1"));
    assertEquals(5, server.asked.size());
  }

  @Test
  void anInterruptEndsTheCallAndStays() throws IOException {
    ScriptedServer server = serve(that(HANGS));
    Thread.currentThread().interrupt();
    Exception error = assertThrows(TaskSchedulerException.class, () -> client(server).getTask("t-1"));
    assertTrue(Thread.interrupted());
    assertTrue(error.getMessage().contains("interrupted"), error.getMessage());
  }
}
