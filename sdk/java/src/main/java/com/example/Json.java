package com.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;

/** JSON as trees. What a user gives or is given is plain Java: maps, lists, texts, numbers, booleans and null. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .build();

  private Json() {}

  /** A user's value as JSON; keys stay as they are. */
  static JsonNode of(String field, Object value) {
    try {
      JsonNode node = MAPPER.valueToTree(value);
      refuseWhatJsonLacks(node);
      return node;
    } catch (IllegalArgumentException cause) {
      throw new IllegalArgumentException(field + " can't be written as JSON: " + cause.getMessage(), cause);
    }
  }

  static Object plain(JsonNode node) {
    return as(node, Object.class);
  }

  /** A JSON object by its names on the wire. */
  static <V> Map<String, V> map(JsonNode node) {
    return MAPPER.convertValue(node, new TypeReference<Map<String, V>>() {});
  }

  static <T> T as(JsonNode node, Class<T> type) {
    return MAPPER.convertValue(node, type);
  }

  static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException cause) {
      throw new IllegalArgumentException("The request can't be written as JSON: " + cause.getMessage(), cause);
    }
  }

  static JsonNode parse(byte[] text) throws IOException {
    return MAPPER.readTree(text);
  }

  /** Jackson would write them as texts, and so change them. */
  private static void refuseWhatJsonLacks(JsonNode node) {
    if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
      throw new IllegalArgumentException("JSON has no number " + node.doubleValue());
    }
    node.forEach(Json::refuseWhatJsonLacks);
  }
}
