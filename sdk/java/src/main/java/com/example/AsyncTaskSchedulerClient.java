package com.example;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The asynchronous client: every method of {@link TaskSchedulerClient}, of the same name and arguments, whose future
 * ends with the same answer or the same exception. {@link TaskSchedulerClient#async} makes one.
 *
 * <p>Cancelling a future ends the request that is under way; the service may have done its work all the same. Only
 * wrong arguments are thrown at once. What hangs on a future runs on a thread of the HTTP client: let it be short, or
 * hand an executor to {@code thenApplyAsync} and its kin. Lists come page by page, with {@link TaskQuery#offset}.
 */
public final class AsyncTaskSchedulerClient {
  private final Settings settings;

  AsyncTaskSchedulerClient(Settings settings) {
    this.settings = settings;
  }

  /** A client with another timeout for each try, over the same connections. */
  public AsyncTaskSchedulerClient withTimeout(Duration timeout) {
    return new AsyncTaskSchedulerClient(settings.withTimeout(timeout));
  }

  /** A client with other retries, over the same connections. */
  public AsyncTaskSchedulerClient withRetry(RetryPolicy retry) {
    return new AsyncTaskSchedulerClient(settings.withRetry(retry));
  }

  @Override
  public String toString() {
    return "AsyncTaskSchedulerClient(" + settings + ")";
  }

  // --- tasks ---

  public CompletableFuture<Task> createTask(Task task) {
    return start(Calls.createTask(task, null));
  }

  public CompletableFuture<Task> createTask(Task task, String idempotencyKey) {
    return start(Calls.createTask(task, idempotencyKey));
  }

  public CompletableFuture<Task> getTask(String taskId) {
    return start(Calls.getTask(taskId));
  }

  public CompletableFuture<Page<Task>> listTasks() {
    return start(Calls.listTasks(new TaskQuery()));
  }

  public CompletableFuture<Page<Task>> listTasks(TaskQuery query) {
    return start(Calls.listTasks(query));
  }

  public CompletableFuture<UpdatedTask> updateTask(String taskId, TaskChanges changes) {
    return start(Calls.updateTask(taskId, changes));
  }

  public CompletableFuture<Void> deleteTask(String taskId) {
    return start(Calls.deleteTask(taskId));
  }

  public CompletableFuture<PausedTask> pauseTask(String taskId) {
    return start(Calls.pauseTask(taskId, null));
  }

  public CompletableFuture<PausedTask> pauseTask(String taskId, String reason) {
    return start(Calls.pauseTask(taskId, reason));
  }

  public CompletableFuture<ResumedTask> resumeTask(String taskId) {
    return start(Calls.resumeTask(taskId, null));
  }

  public CompletableFuture<ResumedTask> resumeTask(String taskId, String reason) {
    return start(Calls.resumeTask(taskId, reason));
  }

  public CompletableFuture<Execution> triggerTask(String taskId) {
    return start(Calls.triggerTask(taskId, new TriggerOptions()));
  }

  public CompletableFuture<Execution> triggerTask(String taskId, TriggerOptions options) {
    return start(Calls.triggerTask(taskId, options));
  }

  // --- executions ---

  public CompletableFuture<Page<Execution>> getExecutions(String taskId) {
    return start(Calls.getExecutions(taskId, new ExecutionQuery()));
  }

  public CompletableFuture<Page<Execution>> getExecutions(String taskId, int limit) {
    return start(Calls.getExecutions(taskId, new ExecutionQuery().limit(limit)));
  }

  public CompletableFuture<Page<Execution>> getExecutions(String taskId, ExecutionQuery query) {
    return start(Calls.getExecutions(taskId, query));
  }

  public CompletableFuture<Execution> getExecution(String executionId) {
    return start(Calls.getExecution(executionId));
  }

  public CompletableFuture<List<LogLine>> getExecutionLogs(String executionId) {
    return start(Calls.getExecutionLogs(executionId));
  }

  public CompletableFuture<CancelledExecution> cancelExecution(String executionId) {
    return start(Calls.cancelExecution(executionId));
  }

  public CompletableFuture<Execution> waitFor(Execution execution) {
    return Waiting.start(settings, execution.getExecutionId(), WaitPolicy.USUAL);
  }

  public CompletableFuture<Execution> waitFor(Execution execution, WaitPolicy policy) {
    return Waiting.start(settings, execution.getExecutionId(), policy);
  }

  public CompletableFuture<Execution> waitFor(String executionId) {
    return Waiting.start(settings, executionId, WaitPolicy.USUAL);
  }

  public CompletableFuture<Execution> waitFor(String executionId, WaitPolicy policy) {
    return Waiting.start(settings, executionId, policy);
  }

  // --- dependencies ---

  public CompletableFuture<Dependency> addDependency(String taskId, String dependsOnTaskId) {
    return start(Calls.addDependency(taskId, dependsOnTaskId, DependencyType.SUCCESS, null));
  }

  public CompletableFuture<Dependency> addDependency(String taskId, String dependsOnTaskId, DependencyType type) {
    return start(Calls.addDependency(taskId, dependsOnTaskId, type, null));
  }

  public CompletableFuture<Dependency> addDependency(
      String taskId, String dependsOnTaskId, DependencyType type, String idempotencyKey) {
    return start(Calls.addDependency(taskId, dependsOnTaskId, type, idempotencyKey));
  }

  public CompletableFuture<List<Dependency>> listDependencies(String taskId) {
    return start(Calls.listDependencies(taskId));
  }

  public CompletableFuture<Void> removeDependency(String taskId, String dependencyId) {
    return start(Calls.removeDependency(taskId, dependencyId));
  }

  public CompletableFuture<Graph> getGraph() {
    return getGraph(false);
  }

  public CompletableFuture<Graph> getGraph(boolean onlyConnected) {
    return start(Calls.getGraph(onlyConnected));
  }

  // --- many at once, and the service itself ---

  public CompletableFuture<BulkCreated> bulkCreateTasks(Collection<Task> tasks) {
    return start(Calls.bulkCreateTasks(tasks, null));
  }

  public CompletableFuture<BulkCreated> bulkCreateTasks(Collection<Task> tasks, String idempotencyKey) {
    return start(Calls.bulkCreateTasks(tasks, idempotencyKey));
  }

  public CompletableFuture<BulkDeleted> bulkDeleteTasks(Collection<String> taskIds) {
    return start(Calls.bulkDeleteTasks(taskIds, null));
  }

  public CompletableFuture<BulkDeleted> bulkDeleteTasks(Collection<String> taskIds, String idempotencyKey) {
    return start(Calls.bulkDeleteTasks(taskIds, idempotencyKey));
  }

  public CompletableFuture<TaskStats> getTaskStats(String taskId) {
    return start(Calls.getTaskStats(taskId));
  }

  public CompletableFuture<SystemStatus> getStatus() {
    return start(Calls.getStatus());
  }

  public CompletableFuture<Workers> listWorkers() {
    return start(Calls.listWorkers());
  }

  private <T> CompletableFuture<T> start(Call<T> call) {
    return Exchange.start(settings, call, Deadline.NEVER);
  }
}
