import com.example.*;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.*;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Goes through every operation against a running service, by host and key, and reads each answer into its type. */
public class Operations {
  private static final Map<String, Object> PAYLOAD =
      Map.of("camelCase", Map.of("snake_case", List.of(1, 2.5, Map.of("Kebab-Key", "€"))));

  private final TaskSchedulerClient client;
  private final Instant later = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(1, ChronoUnit.DAYS);

  private Operations(String host, String key) {
    client = client(host, key);
  }

  public static void main(String[] args) {
    Operations operations = new Operations(args[0], args[1]);
    Task task = operations.tasks();
    operations.executions(task);
    Task child = operations.dependencies(task);
    operations.bulk(task, child);
    operations.service();
    operations.errors(task, args[0]);
    System.out.println("all is well");
  }

  private Task tasks() {
    Task once = Task.builder().taskName("once").taskType(TaskType.ONE_TIME).nextExecutionTime(later).payload(PAYLOAD)
        .priority(Priority.HIGH).tags(Map.of("Team", "a_b")).timeoutSeconds(60).maxRetries(1).build();
    Task made = client.createTask(once, "sdk-java-once");
    same(made.getTaskId(), client.createTask(once, "sdk-java-once").getTaskId());
    same(later, made.getNextExecutionTime());
    Task task = client.getTask(made.getTaskId());
    same(List.of(PAYLOAD, Map.of("Team", "a_b"), Priority.HIGH, TaskType.ONE_TIME, 60, 1, true), List.of(
        task.getPayload(), task.getTags(), task.getPriority(), task.getTaskType(), task.getTimeoutSeconds(),
        task.getMaxRetries(), task.isEnabled()));
    TaskChanges changes = TaskChanges.builder().priority(Priority.LOW).maxRetries(1).build();
    same(List.of("priority"), client.updateTask(task.getTaskId(), changes).getUpdatedFields());

    Page<Task> page = client.listTasks(new TaskQuery()
        .tags(task.getTags()).status(TaskStatus.SCHEDULED).priority(Priority.LOW).limit(1));
    same(List.of(1L, 1, 0, task.getTaskId()),
        List.of(page.getTotal(), page.getLimit(), page.getOffset(), page.get(0).getTaskId()));
    same(TaskStatus.PAUSED, client.pauseTask(task.getTaskId(), "a test").getStatus());
    refused(ConflictException.class, "TASK_DISABLED", () -> client.triggerTask(task.getTaskId()));
    same(later, client.resumeTask(task.getTaskId()).getNextExecutionTime());
    return task;
  }

  private void executions(Task task) {
    List<Execution> runs = IntStream.range(0, 3)
        .mapToObj(n -> client.triggerTask(task.getTaskId(), new TriggerOptions().parameters(Map.of("aKey", n))))
        .map(client::waitFor)
        .toList();
    for (Execution run : runs) holds(run.hasSucceeded() && run.getWorkerId() != null && run.getDurationMs() >= 0, run);
    List<String> ids = new ArrayList<>(runs.stream().map(Execution::getExecutionId).toList());
    Collections.reverse(ids);
    same(ids, client.iterExecutions(task.getTaskId(), new ExecutionQuery().limit(1)).stream()
        .map(Execution::getExecutionId).toList());
    same(0L, client.getExecutions(task.getTaskId(), new ExecutionQuery().status(ExecutionStatus.FAILED)).getTotal());
    Execution run = client.getExecution(runs.get(0).getExecutionId());
    same(Map.of("aKey", 0), run.getParameters());
    holds(!run.isRetry() && !run.getStartedAt().isAfter(run.getCompletedAt()) && run.getError() == null, run);
    for (LogLine line : client.getExecutionLogs(run.getExecutionId())) holds(line.getTimestamp() != null, line);
    refused(ConflictException.class, "EXECUTION_FINISHED", () -> client.cancelExecution(run.getExecutionId()));
    TaskStats stats = client.getTaskStats(task.getTaskId());
    holds(stats.getTotalExecutions() == 3 && stats.getSuccessRate() == 1 && stats.getLast7Days().getExecutions() == 3,
        stats);
    holds(stats.getP99DurationMs() >= stats.getP50DurationMs(), stats);
  }

  private Task dependencies(Task task) {
    // Nobody serves that queue: its run waits until it is cancelled.
    Task child = client.createTask(Task.builder().taskName("child").taskType(TaskType.MANUAL)
        .payload(Map.of("task_queue", "nobody")).build());
    Dependency added = client.addDependency(child.getTaskId(), task.getTaskId(), DependencyType.COMPLETION);
    same(List.of(child.getTaskId(), task.getTaskId()), List.of(added.getTaskId(), added.getDependsOnTaskId()));
    Dependency listed = client.listDependencies(child.getTaskId()).get(0);
    same(List.of(added.getDependencyId(), "once", DependencyType.COMPLETION),
        List.of(listed.getDependencyId(), listed.getDependsOnTaskName(), listed.getDependencyType()));
    refused(ConflictException.class, "DEPENDENCY_CYCLE",
        () -> client.addDependency(task.getTaskId(), child.getTaskId()));
    Graph.Edge edge = client.getGraph(true).getEdges().get(0);
    same(List.of(task.getTaskId(), child.getTaskId()), List.of(edge.getFrom(), edge.getTo()));
    holds(client.getGraph().getNodes().stream().anyMatch(node -> node.getTaskId().equals(child.getTaskId())), edge);
    Execution held = client.triggerTask(child.getTaskId());
    ExecutionStatus stopped = client.cancelExecution(held.getExecutionId()).getStatus();
    holds(stopped == ExecutionStatus.CANCELLED || stopped == ExecutionStatus.CANCELLING, stopped);
    same(ExecutionStatus.CANCELLED, client.waitFor(held).getStatus());
    client.removeDependency(child.getTaskId(), added.getDependencyId());
    same(List.of(), client.listDependencies(child.getTaskId()));
    return child;
  }

  private void bulk(Task task, Task child) {
    List<Task> many = new ArrayList<>();
    for (int n = 0; n < 7; n += 1) {
      many.add(Task.builder().taskName("bulk_" + n).taskType(TaskType.ONE_TIME).nextExecutionTime(later).build());
    }
    many.add(Task.builder().taskName("wrong").taskType(TaskType.CRON).scheduleExpression("never").build());
    BulkCreated created = client.bulkCreateTasks(many);
    same(List.of(7, 1, 7), List.of(created.getCreated(), created.getFailed(), created.getTaskIds().size()));
    BulkError error = created.getErrors().get(0);
    same(List.of(7, "wrong", "INVALID_CRON_EXPRESSION"),
        List.of(error.getIndex(), error.getTaskName(), error.getCode()));
    Set<String> all = new HashSet<>(created.getTaskIds());
    all.addAll(List.of(task.getTaskId(), child.getTaskId()));
    Items<Task> found = client.iterTasks(new TaskQuery().limit(2));
    same(all, found.stream().map(Task::getTaskId).collect(Collectors.toSet()));
    all.remove(task.getTaskId());
    BulkDeleted deleted = client.bulkDeleteTasks(all);
    same(List.of(8, 0), List.of(deleted.getDeleted(), deleted.getFailed()));
  }

  private void service() {
    SystemStatus status = client.getStatus();
    same("healthy", status.getStatus());
    holds(status.getScheduler().getLeader() != null && status.getWorkers().getTotalCapacity() > 0, status);
    holds(status.getQueue().getHighPriority() >= 0, status);
    Workers workers = client.listWorkers();
    Workers.Worker worker = workers.getWorkers().get(0);
    holds(workers.getTotal() >= 1 && worker.getCapacity() > 0 && worker.getLastHeartbeat() != null, workers);
  }

  private void errors(Task task, String host) {
    client.deleteTask(task.getTaskId());
    refused(NotFoundException.class, "TASK_NOT_FOUND", () -> client.getTask(task.getTaskId()));
    refused(NotFoundException.class, "EXECUTION_NOT_FOUND", () -> client.getExecution(task.getTaskId()));
    Task wrong = Task.builder().taskName("x").taskType(TaskType.CRON).scheduleExpression("no").build();
    refused(InvalidRequestException.class, "INVALID_CRON_EXPRESSION", () -> client.createTask(wrong));
    refused(AuthenticationException.class, "UNAUTHENTICATED", () -> client(host, "wrong").getStatus());
  }

  private static TaskSchedulerClient client(String host, String key) {
    return new TaskSchedulerClient.Builder().baseUrl(host).apiKey(key).build();
  }

  private static void refused(Class<? extends ApiException> type, String code, Runnable what) {
    try {
      what.run();
    } catch (ApiException error) {
      same(List.of(type, code), List.of(error.getClass(), error.getCode()));
      holds(!error.getMessage().isEmpty() && error.getRequestId() != null, error);
      return;
    }
    throw new AssertionError(code + " was not refused");
  }

  private static void same(Object expected, Object found) {
    holds(expected.equals(found), found + " instead of " + expected);
  }

  private static void holds(boolean condition, Object what) {
    if (!condition) throw new AssertionError(what);
  }
}
