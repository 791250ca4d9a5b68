package com.example;

import static com.example.Reply.of;
import static com.example.Reply.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest extends ClientTest {
  @ParameterizedTest
  @CsvSource({
    "400, InvalidRequestException", "401, AuthenticationException", "403, PermissionDeniedException",
    "404, NotFoundException", "409, ConflictException", "412, ConflictException", "413, InvalidRequestException",
    "418, ApiException", "422, InvalidRequestException", "429, RateLimitException", "500, ServerException",
    "503, ServiceUnavailableException"
  })
  void eachStatusHasItsClassWithWhatTheServiceSaid(int status, String name) throws IOException {
    ScriptedServer server = serve(refusal(status, "SOME_CODE", "Say it so.").with("X-Request-Id", "r-1"));
    ApiException error = assertThrows(ApiException.class, () -> client(server).getStatus());
    assertEquals(name, error.getClass().getSimpleName());
    assertEquals(status, error.getStatus());
    assertEquals("SOME_CODE", error.getCode());
    assertEquals("Say it so.", error.getMessage());
    assertEquals(Map.of("field", "cron"), error.getDetails());
    assertEquals("r-1", error.getRequestId());
    assertEquals("com.example." + name + ": Say it so. (SOME_CODE, status " + status + ", request r-1)",
        error.toString());
  }

  @Test
  void theStackIsTheCallers() throws IOException {
    ScriptedServer server = serve(refusal(404, "TASK_NOT_FOUND"));
    Exception error = assertThrows(NotFoundException.class, () -> client(server).getTask("t-1"));
    assertTrue(Arrays.stream(error.getStackTrace()).anyMatch(at -> at.getClassName().equals(getClass().getName())));
  }

  @Test
  void aProxysPageIsToldByItsStatus() throws IOException {
    ScriptedServer server = serve(of(502, "<html>Bad Gateway</html>"));
    ServerException error = assertThrows(ServerException.class, () -> client(server).getStatus());
    assertEquals("The service answered 502 HTTP_502", error.getMessage() + " " + error.getCode());
    assertEquals(Map.of(), error.getDetails());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "{\"hello\": 1}", "[1]", "", "{\"tasks\": [{}]}", "{\"tasks\": []} and more"})
  void whatIsNotOfThisApiIsToldPlainly(String text) throws IOException {
    TaskSchedulerClient client = client(serve(of(200, text)));
    for (UnexpectedAnswerException error : List.of(
        assertThrows(UnexpectedAnswerException.class, client::listTasks),
        assertThrows(UnexpectedAnswerException.class, () -> client.getTask("t-1")))) {
      assertTrue(error.getMessage().contains("is baseUrl right?"), error.getMessage());
      assertEquals(200, error.getStatus());
    }
  }

  @Test
  void theKeyFollowsNoRedirect() throws IOException {
    ScriptedServer elsewhere = serve(of(200, Samples.TASK));
    ScriptedServer server = serve(of(307, "").with("Location", elsewhere.url() + "/api/v1/tasks/t-1"));
    assertThrows(UnexpectedAnswerException.class, () -> client(server).getTask("t-1"));
    assertEquals(0, elsewhere.asked.size());
  }
}
