package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What the scripted server was asked; {@code path} and {@code query} are raw. */
record Asked(String method, String path, String query, Headers headers, byte[] raw) {
  String header(String name) {
    return headers.getFirst(name);
  }

  Map<String, String> queryMap() {
    return query == null ? Map.of() : Query.read(query);
  }

  JsonNode body() {
    return json(new String(raw, StandardCharsets.UTF_8));
  }

  static JsonNode json(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }
}
