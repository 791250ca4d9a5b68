package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why one item of a bulk call failed. */
public final class BulkError extends Answer {
  BulkError(JsonNode json) {
    super(json, "code");
  }

  /** Its place among the tasks to be made, from 0; null for a deletion. */
  public Integer getIndex() {
    return whole("index");
  }

  /** Of a task to be made. */
  public String getTaskName() {
    return text("task_name");
  }

  /** Of a task to be deleted. */
  public String getTaskId() {
    return text("task_id");
  }

  /** Stable. */
  public String getCode() {
    return text("code");
  }

  /** For people. */
  public String getMessage() {
    return text("message");
  }

  /** Each faulty field of a task to be made, by its name on the wire, and what is wrong with it. */
  public Map<String, String> getFields() {
    Map<String, String> fields = new LinkedHashMap<>();
    json().path("fields").forEach(one -> fields.put(one.path("field").asText(), one.path("message").asText()));
    return fields;
  }
}
