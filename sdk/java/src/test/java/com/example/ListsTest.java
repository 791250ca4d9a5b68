package com.example;

import static com.example.Reply.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ListsTest extends ClientTest {
  /** A page of tasks whose ids are the letters. */
  private static Reply tasks(String ids, int total) {
    String items = ids.chars()
        .mapToObj(id -> "{\"task_id\": \"%c\", \"task_name\": \"n\", \"status\": \"scheduled\"}".formatted(id))
        .collect(Collectors.joining(", "));
    return of(200, "{\"tasks\": [%s], \"total\": %d}".formatted(items, total));
  }

  private static String ids(Items<Task> tasks) {
    return tasks.stream().map(Task::getTaskId).collect(Collectors.joining());
  }

  @Test
  void filtersGoOutAsTheServiceReadsThem() throws IOException {
    ScriptedServer server = serve(tasks("", 0));
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("team", "a & b");
    tags.put("env", "production");
    TaskQuery base = new TaskQuery().status(TaskStatus.PAUSED);
    client(server).listTasks(base.priority(Priority.HIGH).tags(tags).limit(5).offset(10));
    client(server).listTasks(base);
    assertEquals(
        Map.of("status", "paused", "priority", "high", "limit", "5", "offset", "10",
            "tags", "team:a & b,env:production"),
        server.asked.get(0).queryMap());
    assertEquals(Map.of("status", "paused"), server.asked.get(1).queryMap());
  }

  @Test
  void aPageIsAListThatKnowsTheTotal() throws IOException {
    ScriptedServer server = serve(of(200, "{\"executions\": [" + Samples.EXECUTION + "], \"total\": 100}"));
    Page<Execution> page = client(server).getExecutions("t-1", new ExecutionQuery().status(ExecutionStatus.SUCCESS));
    assertEquals(1, page.size());
    assertEquals(100, page.getTotal());
    assertEquals("e-1", page.get(0).getExecutionId());
    assertThrows(UnsupportedOperationException.class, page::clear);
    assertEquals(Map.of("status", "success"), server.asked.get(0).queryMap());
  }

  @Test
  void allItemsComePageByPage() throws IOException {
    ScriptedServer server = serve(tasks("ab", 5), tasks("cd", 5), tasks("e", 5));
    assertEquals("abcde", ids(client(server).iterTasks(new TaskQuery().status(TaskStatus.SCHEDULED).limit(2))));
    assertEquals(3, server.asked.size());
    assertEquals(Map.of("status", "scheduled", "limit", "2"), server.asked.get(0).queryMap());
    assertEquals(Map.of("status", "scheduled", "limit", "2", "offset", "4"), server.asked.get(2).queryMap());
  }

  @Test
  void linksOfTheServiceAreFollowedToItselfAlone() throws IOException {
    String next = "</api/v1/tasks?limit=100>; rel=\"first\", "
        + "<https://evil.example/?limit=100&cursor=x%3D>; rel=\"next\"";
    ScriptedServer server = serve(
        tasks("ab", 9).with("Link", next),
        tasks("bc", 9).with("Link", "</api/v1/tasks?limit=100>; rel=\"first\""));
    assertEquals("abc", ids(client(server).iterTasks()));
    assertEquals(Map.of("limit", "100", "cursor", "x="), server.asked.get(1).queryMap());
    assertEquals(2, server.asked.size());
  }

  @Test
  void anEmptyPageIsTheEndWhateverTheTotalSays() throws IOException {
    ScriptedServer server = serve(tasks("ab", 5), tasks("", 5));
    assertEquals("ab", ids(client(server).iterTasks()));
  }

  @Test
  void executionsComePageByPageToo() throws IOException {
    String page = "{\"executions\": [" + Samples.EXECUTION + "], \"total\": 2}";
    ScriptedServer server = serve(of(200, page), of(200, page.replace("e-1", "e-2")));
    String found = "";
    for (Execution execution : client(server).iterExecutions("t-1")) found += execution.getExecutionId() + " ";
    assertEquals("e-1 e-2 ", found);
    assertEquals(Map.of("limit", "100", "offset", "1"), server.asked.get(1).queryMap());
  }

  @Test
  void nothingIsAskedBeforeTheFirstItemIsWanted() throws IOException {
    ScriptedServer server = serve(tasks("a", 1));
    Iterator<Task> tasks = client(server).iterTasks().iterator();
    assertEquals(0, server.asked.size());
    assertEquals("a", tasks.next().getTaskId());
    assertThrows(NoSuchElementException.class, tasks::next);
    assertEquals(1, server.asked.size());
  }
}
