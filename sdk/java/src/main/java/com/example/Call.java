package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * One operation of the API: what is sent, and how its answer is read.
 *
 * @param body null for none
 * @param idempotencyKey of a write, one for all of its tries, so that a try whose answer was lost is not done twice;
 *     null for a read
 */
record Call<T>(
    String method,
    String path,
    Map<String, String> query,
    JsonNode body,
    String idempotencyKey,
    Duration usualTimeout,
    Reader<T> reader) {
  static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

  /** Makes the result of an answer's JSON and headers; any RuntimeException says that it is no answer of this API. */
  interface Reader<T> {
    T read(JsonNode data, HttpHeaders headers);
  }

  static <T> Call<T> get(String path, Map<String, String> query, Reader<T> reader) {
    return new Call<>("GET", path, query, null, null, USUAL_TIMEOUT, reader);
  }

  static <T> Call<T> write(String method, String path, JsonNode body, Reader<T> reader) {
    return new Call<>(method, path, Map.of(), body, UUID.randomUUID().toString(), USUAL_TIMEOUT, reader);
  }

  Call<T> query(Map<String, String> query) {
    return new Call<>(method, path, query, body, idempotencyKey, usualTimeout, reader);
  }

  /** With the caller's key; null keeps the random one. */
  Call<T> key(String given) {
    return given == null ? this : new Call<>(method, path, query, body, given, usualTimeout, reader);
  }

  Call<T> usualTimeout(Duration time) {
    return new Call<>(method, path, query, body, idempotencyKey, time, reader);
  }
}
