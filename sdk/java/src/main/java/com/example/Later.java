package com.example;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Goes on after a pause, without holding a thread meanwhile. */
final class Later {
  private Later() {}

  /** Runs the step after {@code pause}; what it throws ends {@code result}. */
  static void run(Duration pause, Runnable step, CompletableFuture<?> result) {
    Executor later = CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
    later.execute(() -> {
      try {
        step.run();
      } catch (RuntimeException | Error error) {
        result.completeExceptionally(error);
      }
    });
  }
}
