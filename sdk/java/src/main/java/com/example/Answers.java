package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** What an HTTP answer means: a value, or an exception with the service's own words. */
final class Answers {
  private static final BigInteger FOR_EVER = BigInteger.valueOf(Integer.MAX_VALUE);

  private Answers() {}

  static boolean isGood(HttpResponse<?> response) {
    return response.statusCode() / 100 == 2;
  }

  static <T> T valueOf(Call<T> call, HttpResponse<byte[]> response) {
    try {
      return call.reader().read(Json.parse(response.body()), response.headers());
    } catch (IOException | RuntimeException cause) {
      String message = call.method() + " " + call.path() + ": the answer is not what this API gives: is baseUrl right?";
      int status = response.statusCode();
      throw new UnexpectedAnswerException(
          new Refusal(message, status, "UNEXPECTED_ANSWER", Map.of(), requestId(response), null, cause));
    }
  }

  /**
   * {@code {"error": {"code", "message", "details"}}}; whatever else comes, from a proxy say, is told by its status.
   */
  static ApiException problemOf(HttpResponse<byte[]> response, Instant now) {
    int status = response.statusCode();
    JsonNode error = errorIn(response);
    String message = error.isTextual() ? error.textValue() : error.path("message").asText("");
    return ApiException.of(new Refusal(
        message.isEmpty() ? "The service answered " + status : message,
        status,
        error.path("code").asText("HTTP_" + status),
        detailsIn(error.path("details")),
        requestId(response),
        retryAfter(response.headers().firstValue("Retry-After").orElse(null), now),
        null));
  }

  /** A number of seconds or an HTTP date (RFC 9110); null where it is neither. */
  static Duration retryAfter(String header, Instant now) {
    if (header == null) return null;
    String text = header.strip();
    if (text.matches("[0-9]+")) return Duration.ofSeconds(new BigInteger(text).min(FOR_EVER).longValue());
    try {
      Duration wait = Duration.between(now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException neither) {
      return null;
    }
  }

  private static JsonNode errorIn(HttpResponse<byte[]> response) {
    try {
      return Json.parse(response.body()).path("error");
    } catch (IOException noJson) {
      return MissingNode.getInstance();
    }
  }

  private static Map<String, Object> detailsIn(JsonNode details) {
    if (details.isObject()) return Json.map(details);
    return details.isMissingNode() || details.isNull() ? Map.of() : Map.of("details", Json.plain(details));
  }

  private static String requestId(HttpResponse<?> response) {
    return response.headers().firstValue("X-Request-Id").orElse(null);
  }
}
