package com.example;

import static com.example.Reply.Kind.DROPS;
import static com.example.Reply.Kind.HANGS;
import static com.example.Reply.of;
import static com.example.Reply.refusal;
import static com.example.Reply.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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
  void aCancelledFutureIsNotTriedAgain() throws Exception {
    ScriptedServer server = serve(that(HANGS));
    CompletableFuture<PausedTask> future = client(server).async().pauseTask("t-1");
    while (server.asked.isEmpty()) Thread.onSpinWait();
    future.cancel(true);
    assertTrue(future.isCancelled());
    server.close();
    assertEquals(1, server.asked.size());
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
