package com.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call with its retries. Cancelling its future ends the try that is under way. */
final class Exchange<T> {
  private static final String VERSION = Exchange.class.getPackage().getImplementationVersion();
  private static final String USER_AGENT = "task-scheduler-java/" + (VERSION == null ? "unreleased" : VERSION);

  /** Answers after which the same request may do better. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** The first try with this Idempotency-Key is still at work: its answer will be ours. */
  private static final String IN_FLIGHT = "IDEMPOTENCY_IN_FLIGHT";

  private final Settings settings;
  private final Call<T> call;
  private final Deadline deadline;
  private final HttpRequest request;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile CompletableFuture<HttpResponse<byte[]>> sent;
  private volatile int retries;
  private volatile boolean mayHaveHappened;

  private Exchange(Settings settings, Call<T> call, Deadline deadline) {
    this.settings = settings;
    this.call = call;
    this.deadline = deadline;
    this.request = requestOf(settings, call);
  }

  /** {@code deadline} bounds all tries together. */
  static <T> CompletableFuture<T> start(Settings settings, Call<T> call, Deadline deadline) {
    Exchange<T> exchange = new Exchange<>(settings, call, deadline);
    exchange.attempt();
    exchange.result.whenComplete((value, error) -> exchange.abort());
    return exchange.result;
  }

  private static HttpRequest requestOf(Settings settings, Call<?> call) {
    String query = call.query().isEmpty() ? "" : "?" + Query.write(call.query());
    URI uri = URI.create(settings.baseUrl() + call.path() + query);
    BodyPublisher body =
        call.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(Json.write(call.body()));
    HttpRequest.Builder request = HttpRequest.newBuilder(uri)
        .method(call.method(), body)
        .header("Authorization", "Bearer " + settings.apiKey())
        .header("Accept", "application/json")
        .header("User-Agent", USER_AGENT);
    // Over plain HTTP Java asks for HTTP/2 by an upgrade, which some servers take for that of a WebSocket.
    if (uri.getScheme().equals("http")) request.version(Version.HTTP_1_1);
    if (call.body() != null) request.header("Content-Type", "application/json");
    if (call.idempotencyKey() != null) request.header("Idempotency-Key", call.idempotencyKey());
    return request.build();
  }

  private void attempt() {
    if (result.isDone()) return;
    Duration usual = settings.timeout() == null ? call.usualTimeout() : settings.timeout();
    Duration timeout = deadline.within(usual);
    sent = settings.http().sendAsync(request, BodyHandlers.ofByteArray());
    // The request's own timeout ends with its headers; this one holds for the body, too.
    CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
    sent.whenComplete((response, failure) -> {
      if (failure == null) answer.complete(response);
      else answer.completeExceptionally(failure);
    });
    answer.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS).whenComplete((response, failure) -> {
      try {
        if (failure == null) judge(response);
        else judge(failure instanceof CompletionException ? failure.getCause() : failure, timeout);
      } catch (RuntimeException | Error error) {
        result.completeExceptionally(error);
      }
    });
    if (result.isDone()) abort();
  }

  private void abort() {
    sent.cancel(true);
  }

  private void judge(HttpResponse<byte[]> response) {
    if (Answers.isGood(response)) {
      result.complete(Answers.valueOf(call, response));
      return;
    }
    ApiException problem = Answers.problemOf(response, Instant.now());
    if (mayHaveHappened && call.method().equals("DELETE") && problem instanceof NotFoundException) {
      // An earlier try, whose answer was lost, has done it.
      result.complete(null);
      return;
    }
    boolean isHopeful = PASSING.contains(problem.getStatus()) || problem.getCode().equals(IN_FLIGHT);
    retryOrFail(problem, isHopeful, problem.getRetryAfter(), problem.getStatus() >= 500);
  }

  private void judge(Throwable failure, Duration timeout) {
    String where = call.method() + " " + request.uri();
    if (failure instanceof TimeoutException || failure instanceof HttpTimeoutException) {
      abort();
      String message = where + ": no answer within " + timeout.toMillis() + " ms.";
      retryOrFail(new ApiTimeoutException(message, failure), true, null, true);
    } else if (failure instanceof IOException) {
      String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
      retryOrFail(new ApiConnectionException(where + ": " + why, failure), true, null, true);
    } else {
      result.completeExceptionally(failure);
    }
  }

  private void retryOrFail(
      TaskSchedulerException error, boolean isHopeful, Duration retryAfter, boolean mayHaveHappened) {
    double chance = ThreadLocalRandom.current().nextDouble();
    Duration wait = isHopeful ? settings.retry().waitAfter(retries, retryAfter, chance) : null;
    if (wait == null || deadline.isOverAfter(wait)) {
      result.completeExceptionally(error);
      return;
    }
    this.mayHaveHappened |= mayHaveHappened;
    retries += 1;
    Later.run(wait, this::attempt, result);
  }
}
