package com.example;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Asks, ever more seldom, until an execution has ended. Cancelling its future ends it. */
final class Waiting {
  private final Settings settings;
  private final Call<Execution> call;
  private final String executionId;
  private final WaitPolicy policy;
  private final Deadline deadline;
  private final CompletableFuture<Execution> result = new CompletableFuture<>();
  private volatile CompletableFuture<Execution> asked;
  private volatile Execution last;
  private volatile Duration pause;

  private Waiting(Settings settings, String executionId, WaitPolicy policy) {
    this.settings = settings;
    this.call = Calls.getExecution(executionId);
    this.executionId = executionId;
    this.policy = policy;
    this.deadline = Deadline.in(policy.timeout());
    this.pause = policy.firstPause();
  }

  static CompletableFuture<Execution> start(Settings settings, String executionId, WaitPolicy policy) {
    Waiting waiting = new Waiting(settings, executionId, policy);
    waiting.ask();
    waiting.result.whenComplete((execution, error) -> waiting.asked.cancel(true));
    return waiting.result;
  }

  private void ask() {
    if (result.isDone()) return;
    asked = Exchange.start(settings, call, deadline);
    asked.whenComplete(this::judge);
    if (result.isDone()) asked.cancel(true);
  }

  private void judge(Execution execution, Throwable error) {
    boolean isOver = deadline.isOverAfter(Duration.ZERO);
    if (error != null && !(isOver && error instanceof ApiConnectionException)) {
      result.completeExceptionally(error);
      return;
    }
    if (execution != null) last = execution;
    if (last != null && last.hasEnded()) {
      result.complete(last);
    } else if (isOver) {
      result.completeExceptionally(new WaitTimeoutException(executionId, policy.timeout(), last));
    } else {
      double share = ThreadLocalRandom.current().nextDouble(0.75, 1.25);
      Later.run(deadline.within(Duration.ofNanos(Math.round(pause.toNanos() * share))), this::ask, result);
      Duration longer = Duration.ofNanos(Math.round(pause.toNanos() * 1.5));
      pause = longer.compareTo(policy.longestPause()) < 0 ? longer : policy.longestPause();
    }
  }
}
