package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An answer of the service: a typed view of the JSON object that came, with whatever a newer service adds. */
public abstract class Answer {
  private final JsonNode json;

  /** Throws IllegalArgumentException where a needed field is absent. */
  Answer(JsonNode json, String... needed) {
    if (!json.isObject()) throw new IllegalArgumentException("not a JSON object");
    for (String name : needed) {
      if (json.path(name).isMissingNode()) throw new IllegalArgumentException(name + " is missing");
    }
    this.json = json;
  }

  /** The JSON object as it came, by its names on the wire; a copy. */
  public Map<String, Object> getRaw() {
    return Json.map(json);
  }

  JsonNode json() {
    return json;
  }

  String text(String name) {
    return json.hasNonNull(name) ? json.get(name).asText() : null;
  }

  Integer whole(String name) {
    return json.hasNonNull(name) ? json.get(name).intValue() : null;
  }

  Long large(String name) {
    return json.hasNonNull(name) ? json.get(name).longValue() : null;
  }

  /** 0 where the service says nothing of it. */
  long count(String name) {
    return json.path(name).asLong();
  }

  Double number(String name) {
    return json.hasNonNull(name) ? json.get(name).doubleValue() : null;
  }

  Boolean flag(String name) {
    return json.hasNonNull(name) ? json.get(name).booleanValue() : null;
  }

  Instant instant(String name) {
    return json.hasNonNull(name) ? OffsetDateTime.parse(json.get(name).asText()).toInstant() : null;
  }

  <E extends Enum<E>> E word(Class<E> type, String name) {
    return json.hasNonNull(name) ? Words.read(type, json.get(name).asText()) : null;
  }

  /** The user's own JSON. */
  Object any(String name) {
    return json.hasNonNull(name) ? Json.plain(json.get(name)) : null;
  }

  <T> T anyAs(String name, Class<T> type) {
    return json.hasNonNull(name) ? Json.as(json.get(name), type) : null;
  }

  <V> Map<String, V> map(String name) {
    return json.path(name).isObject() ? Json.map(json.get(name)) : null;
  }

  <T> T one(String name, Function<JsonNode, T> read) {
    return json.hasNonNull(name) ? read.apply(json.get(name)) : null;
  }

  /** Empty where the field is absent or null. */
  <T> List<T> list(String name, Function<JsonNode, T> read) {
    List<T> items = new ArrayList<>();
    json.path(name).forEach(item -> items.add(read.apply(item)));
    return List.copyOf(items);
  }

  /** Equal are two answers of a kind that say the same. */
  @Override
  public boolean equals(Object other) {
    return other != null && other.getClass() == getClass() && ((Answer) other).json.equals(json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + json;
  }
}
