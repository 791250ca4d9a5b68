package com.example;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A client of the service at {@code baseUrl}. Safe to share between threads; there is nothing to close.
 *
 * <p>Every method throws a {@link TaskSchedulerException}: an {@link ApiException} of its class where the service
 * refused, an {@link ApiConnectionException} where it was not reached; and IllegalArgumentException for what could only
 * be guessed, such as an empty id, before anything is sent. A thread that is interrupted gets a TaskSchedulerException
 * and stays interrupted.
 */
public final class TaskSchedulerClient {
  private static final String PAGE_SIZE = "100";

  private final Settings settings;

  private TaskSchedulerClient(Settings settings) {
    this.settings = settings;
  }

  /** The asynchronous twin, with the same settings over the same connections. */
  public AsyncTaskSchedulerClient async() {
    return new AsyncTaskSchedulerClient(settings);
  }

  /** A client with another timeout for each try, over the same connections. */
  public TaskSchedulerClient withTimeout(Duration timeout) {
    return new TaskSchedulerClient(settings.withTimeout(timeout));
  }

  /** A client with other retries, over the same connections. */
  public TaskSchedulerClient withRetry(RetryPolicy retry) {
    return new TaskSchedulerClient(settings.withRetry(retry));
  }

  @Override
  public String toString() {
    return "TaskSchedulerClient(" + settings + ")";
  }

  // --- tasks ---

  /**
   * Makes a task. The keys of its payload and tags are yours: nothing renames them.
   *
   * @return the task with its id, status, next execution time and time of creation
   * @throws InvalidRequestException where a field is faulty; {@link ApiException#getDetails} names it
   */
  public Task createTask(Task task) {
    return answer(Calls.createTask(task, null));
  }

  /**
   * As {@link #createTask(Task)}, with a key of your own: whoever asks with it again, after a restart say, gets the
   * same task.
   */
  public Task createTask(Task task, String idempotencyKey) {
    return answer(Calls.createTask(task, idempotencyKey));
  }

  /**
   * @throws NotFoundException where there is no such task
   */
  public Task getTask(String taskId) {
    return answer(Calls.getTask(taskId));
  }

  /** The first page of all tasks: 20 of them. */
  public Page<Task> listTasks() {
    return answer(Calls.listTasks(new TaskQuery()));
  }

  /** One page of the tasks that fit. */
  public Page<Task> listTasks(TaskQuery query) {
    return answer(Calls.listTasks(query));
  }

  /** All tasks. */
  public Items<Task> iterTasks() {
    return iterTasks(new TaskQuery());
  }

  /** All tasks that fit, on all pages from the one that the query asks for. */
  public Items<Task> iterTasks(TaskQuery query) {
    Call<Page<Task>> call = Calls.listTasks(query);
    return new Items<>(inPages(call), Task::getTaskId, this::answer);
  }

  /**
   * Changes what {@code changes} names, and leaves the rest as it is.
   *
   * @throws NotFoundException where there is no such task
   * @throws InvalidRequestException where a field is faulty; {@link ApiException#getDetails} names it
   */
  public UpdatedTask updateTask(String taskId, TaskChanges changes) {
    return answer(Calls.updateTask(taskId, changes));
  }

  /**
   * @throws NotFoundException where there is no such task
   */
  public void deleteTask(String taskId) {
    answer(Calls.deleteTask(taskId));
  }

  /**
   * Stops a task from running by its schedule, until it is resumed. Runs under way go on.
   *
   * @throws NotFoundException where there is no such task
   */
  public PausedTask pauseTask(String taskId) {
    return answer(Calls.pauseTask(taskId, null));
  }

  /** As {@link #pauseTask(String)}, with a reason that is kept in the audit. */
  public PausedTask pauseTask(String taskId, String reason) {
    return answer(Calls.pauseTask(taskId, reason));
  }

  /**
   * Lets a task run by its schedule again, from now on: nothing is made up for the pause.
   *
   * @throws NotFoundException where there is no such task
   */
  public ResumedTask resumeTask(String taskId) {
    return answer(Calls.resumeTask(taskId, null));
  }

  /** As {@link #resumeTask(String)}, with a reason that is kept in the audit. */
  public ResumedTask resumeTask(String taskId, String reason) {
    return answer(Calls.resumeTask(taskId, reason));
  }

  /**
   * Runs the task now, beside its schedule.
   *
   * @return the execution, queued; {@link #waitFor(Execution)} waits for its end
   * @throws ConflictException where the task is paused, disabled or busy; {@link TriggerOptions#force} runs it all
   *     the same
   */
  public Execution triggerTask(String taskId) {
    return answer(Calls.triggerTask(taskId, new TriggerOptions()));
  }

  /** As {@link #triggerTask(String)}, with parameters, by force, or with an idempotency key of your own. */
  public Execution triggerTask(String taskId, TriggerOptions options) {
    return answer(Calls.triggerTask(taskId, options));
  }

  // --- executions ---

  /**
   * The latest executions of a task, the newest first: 10 of them.
   *
   * @throws NotFoundException where there is no such task
   */
  public Page<Execution> getExecutions(String taskId) {
    return answer(Calls.getExecutions(taskId, new ExecutionQuery()));
  }

  /** The latest executions of a task, the newest first. */
  public Page<Execution> getExecutions(String taskId, int limit) {
    return answer(Calls.getExecutions(taskId, new ExecutionQuery().limit(limit)));
  }

  /** One page of a task's executions that fit, the newest first. */
  public Page<Execution> getExecutions(String taskId, ExecutionQuery query) {
    return answer(Calls.getExecutions(taskId, query));
  }

  /** All executions of a task, the newest first. */
  public Items<Execution> iterExecutions(String taskId) {
    return iterExecutions(taskId, new ExecutionQuery());
  }

  /** All of a task's executions that fit, the newest first, on all pages from the one that the query asks for. */
  public Items<Execution> iterExecutions(String taskId, ExecutionQuery query) {
    Call<Page<Execution>> call = Calls.getExecutions(taskId, query);
    return new Items<>(inPages(call), Execution::getExecutionId, this::answer);
  }

  /**
   * One execution, with its result.
   *
   * @throws NotFoundException where there is no such execution
   */
  public Execution getExecution(String executionId) {
    return answer(Calls.getExecution(executionId));
  }

  /**
   * What it has written so far.
   *
   * @throws NotFoundException where there is no such execution
   */
  public List<LogLine> getExecutionLogs(String executionId) {
    return answer(Calls.getExecutionLogs(executionId));
  }

  /**
   * Stops an execution that is queued, waiting or running; answers when its work has stopped.
   *
   * @throws ConflictException where it has ended already
   */
  public CancelledExecution cancelExecution(String executionId) {
    return answer(Calls.cancelExecution(executionId));
  }

  /**
   * Waits at most five minutes until an execution has ended, well or not.
   *
   * @throws WaitTimeoutException where it has not; the execution itself goes on
   */
  public Execution waitFor(Execution execution) {
    return answerOf(Waiting.start(settings, execution.getExecutionId(), WaitPolicy.USUAL));
  }

  /** Waits until an execution has ended, well or not, as long as the policy says. */
  public Execution waitFor(Execution execution, WaitPolicy policy) {
    return answerOf(Waiting.start(settings, execution.getExecutionId(), policy));
  }

  /** As {@link #waitFor(Execution)}, for the execution of this id. */
  public Execution waitFor(String executionId) {
    return answerOf(Waiting.start(settings, executionId, WaitPolicy.USUAL));
  }

  /** As {@link #waitFor(Execution, WaitPolicy)}, for the execution of this id. */
  public Execution waitFor(String executionId, WaitPolicy policy) {
    return answerOf(Waiting.start(settings, executionId, policy));
  }

  // --- dependencies ---

  /**
   * Lets each run of the first task wait until the second has succeeded.
   *
   * @throws ConflictException where that would be a cycle; its message tells the path
   */
  public Dependency addDependency(String taskId, String dependsOnTaskId) {
    return answer(Calls.addDependency(taskId, dependsOnTaskId, DependencyType.SUCCESS, null));
  }

  /** Lets each run of the first task wait until the second has ended as {@code type} says. */
  public Dependency addDependency(String taskId, String dependsOnTaskId, DependencyType type) {
    return answer(Calls.addDependency(taskId, dependsOnTaskId, type, null));
  }

  /** The same, with a key of your own. */
  public Dependency addDependency(String taskId, String dependsOnTaskId, DependencyType type, String idempotencyKey) {
    return answer(Calls.addDependency(taskId, dependsOnTaskId, type, idempotencyKey));
  }

  /**
   * What a task waits for.
   *
   * @throws NotFoundException where there is no such task
   */
  public List<Dependency> listDependencies(String taskId) {
    return answer(Calls.listDependencies(taskId));
  }

  /**
   * @throws NotFoundException where there is no such dependency
   */
  public void removeDependency(String taskId, String dependencyId) {
    answer(Calls.removeDependency(taskId, dependencyId));
  }

  /** All tasks, and what depends on what. */
  public Graph getGraph() {
    return getGraph(false);
  }

  /** What depends on what; {@code onlyConnected} leaves out the tasks that neither wait nor are waited for. */
  public Graph getGraph(boolean onlyConnected) {
    return answer(Calls.getGraph(onlyConnected));
  }

  // --- many at once, and the service itself ---

  /** Makes many tasks in one call. Some may fail while others are made: look at {@link BulkCreated#getErrors}. */
  public BulkCreated bulkCreateTasks(Collection<Task> tasks) {
    return answer(Calls.bulkCreateTasks(tasks, null));
  }

  /** The same, with a key of your own. */
  public BulkCreated bulkCreateTasks(Collection<Task> tasks, String idempotencyKey) {
    return answer(Calls.bulkCreateTasks(tasks, idempotencyKey));
  }

  /** Deletes many tasks in one call. Some may fail while others are deleted: look at {@link BulkDeleted#getErrors}. */
  public BulkDeleted bulkDeleteTasks(Collection<String> taskIds) {
    return answer(Calls.bulkDeleteTasks(taskIds, null));
  }

  /** The same, with a key of your own. */
  public BulkDeleted bulkDeleteTasks(Collection<String> taskIds, String idempotencyKey) {
    return answer(Calls.bulkDeleteTasks(taskIds, idempotencyKey));
  }

  /**
   * How a task's executions went: counts, rates, durations.
   *
   * @throws NotFoundException where there is no such task
   */
  public TaskStats getTaskStats(String taskId) {
    return answer(Calls.getTaskStats(taskId));
  }

  /** How the service is: scheduler, workers, queue. */
  public SystemStatus getStatus() {
    return answer(Calls.getStatus());
  }

  public Workers listWorkers() {
    return answer(Calls.listWorkers());
  }

  // --- how ---

  private <T> T answer(Call<T> call) {
    return answerOf(Exchange.start(settings, call, Deadline.NEVER));
  }

  private static <T> T answerOf(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException cause) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new TaskSchedulerException("The thread was interrupted while it waited for the service.", cause);
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause();
      // It was made by another thread, whose stack says nothing to the caller.
      cause.fillInStackTrace();
      if (cause instanceof RuntimeException known) throw known;
      if (cause instanceof Error error) throw error;
      throw new TaskSchedulerException(cause.toString(), cause);
    }
  }

  private static <T> Call<T> inPages(Call<T> call) {
    return call.query().containsKey("limit") ? call : call.query(Query.with(call.query(), "limit", PAGE_SIZE));
  }

  /** Gathers how a client asks; {@code baseUrl} and {@code apiKey} are needed. */
  public static final class Builder {
    private String baseUrl;
    private String apiKey;
    private Duration timeout;
    private RetryPolicy retry = RetryPolicy.USUAL;
    private HttpClient http;

    /** Where the service is, such as "http://127.0.0.1:8008". */
    public Builder baseUrl(String baseUrl) {
      this.baseUrl = baseUrl;
      return this;
    }

    /** An API key or a JWT. */
    public Builder apiKey(String apiKey) {
      this.apiKey = apiKey;
      return this;
    }

    /** How long each try may take, to the last byte of its answer: 30 s unless given, 300 s for bulk calls. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /** {@link RetryPolicy#USUAL} unless given. */
    public Builder retry(RetryPolicy retry) {
      this.retry = retry;
      return this;
    }

    /** One of your own, for proxies and certificates. It should not follow redirects: the key would go with them. */
    public Builder httpClient(HttpClient httpClient) {
      this.http = httpClient;
      return this;
    }

    /** Throws IllegalArgumentException for what can't be, and says what to change. */
    public TaskSchedulerClient build() {
      HttpClient client = http == null ? HttpClient.newHttpClient() : http;
      return new TaskSchedulerClient(new Settings(baseUrl, apiKey, timeout, retry, client));
    }
  }
}
