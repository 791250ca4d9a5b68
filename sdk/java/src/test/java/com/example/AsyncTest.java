package com.example;

import static com.example.Reply.Kind.DROPS;
import static com.example.Reply.of;
import static com.example.Reply.refusal;
import static com.example.Reply.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AsyncTest extends ClientTest {
  @Test
  void stepsFollowOneAnother() throws Exception {
    ScriptedServer server = serve(that(DROPS), of(202, Samples.TRIGGERED), of(200, Samples.EXECUTION));
    AsyncTaskSchedulerClient client = client(server).async();
    assertTrue(client.triggerTask("t-1").thenCompose(client::waitFor).get().hasSucceeded());
    assertEquals(3, server.asked.size());
  }

  @Test
  void anErrorIsTheFuturesCause() throws Exception {
    CompletableFuture<Task> future = client(serve(refusal(404, "TASK_NOT_FOUND"))).async().getTask("t-1");
    assertInstanceOf(NotFoundException.class, assertThrows(ExecutionException.class, future::get).getCause());
  }

  @Test
  void cancellingAFutureClosesItsConnection() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AsyncTaskSchedulerClient client = new TaskSchedulerClient.Builder()
          .baseUrl("http://127.0.0.1:" + listening.getLocalPort())
          .apiKey("key-1")
          .build()
          .async();
      CompletableFuture<PausedTask> future = client.pauseTask("t-1");
      try (Socket connection = listening.accept()) {
        BufferedReader asked = new BufferedReader(new InputStreamReader(connection.getInputStream()));
        assertEquals("POST /api/v1/tasks/t-1/pause HTTP/1.1", asked.readLine());
        while (!asked.readLine().isEmpty()) continue;
        assertTrue(future.cancel(true));
        assertNull(asked.readLine());
      }
    }
  }

  @Test
  void bothClientsCanDoTheSameWithTheSameArguments() {
    Set<String> twins = new TreeSet<>(methods(TaskSchedulerClient.class));
    twins.removeIf(method -> method.startsWith("iter") || method.startsWith("async("));
    assertEquals(twins, methods(AsyncTaskSchedulerClient.class));
  }

  /** Names, arguments and results, those of futures bare. */
  private static Set<String> methods(Class<?> client) {
    return Arrays.stream(client.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .map(AsyncTest::line)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String line(Method method) {
    String arguments = Arrays.toString(method.getGenericParameterTypes());
    String result = method.getGenericReturnType().getTypeName()
        .replaceAll("^java.util.concurrent.CompletableFuture<(.*)>$", "$1")
        .replace("java.lang.Void", "void")
        .replace("AsyncTaskSchedulerClient", "TaskSchedulerClient");
    return method.getName() + "(" + arguments + "): " + result;
  }
}
