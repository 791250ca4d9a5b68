package com.example;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The query of a URL, as names and values. */
final class Query {
  private Query() {}

  static Map<String, String> with(Map<String, String> query, String name, String value) {
    Map<String, String> further = new LinkedHashMap<>(query);
    further.put(name, value);
    return further;
  }

  static String write(Map<String, String> query) {
    return query.entrySet().stream()
        .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
        .collect(Collectors.joining("&"));
  }

  static Map<String, String> read(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : text.split("&")) {
      String[] parts = pair.split("=", 2);
      if (!parts[0].isEmpty()) query.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
    }
    return query;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
