package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** How a task is run by hand. Each method gives further options and leaves these as they are. */
public final class TriggerOptions {
  private final ObjectNode body;
  private final String idempotencyKey;

  /** As usual. */
  public TriggerOptions() {
    this(JsonNodeFactory.instance.objectNode(), null);
  }

  private TriggerOptions(ObjectNode body, String idempotencyKey) {
    this.body = body;
    this.idempotencyKey = idempotencyKey;
  }

  /** Whether a task that is paused, disabled or busy runs, too. */
  public TriggerOptions force(boolean force) {
    return with("force", force);
  }

  /**
   * What the function of this run is handed beside the payload; keys are left as they are.
   *
   * @throws IllegalArgumentException where they can't be written as JSON
   */
  public TriggerOptions parameters(Map<String, ?> parameters) {
    return with("parameters", parameters);
  }

  /** A key of your own: whoever triggers with it again, after a restart say, gets the same execution. */
  public TriggerOptions idempotencyKey(String key) {
    return new TriggerOptions(body, key);
  }

  /** Null for none. */
  JsonNode body() {
    return body.isEmpty() ? null : body;
  }

  String idempotencyKey() {
    return idempotencyKey;
  }

  private TriggerOptions with(String name, Object value) {
    ObjectNode further = body.deepCopy();
    further.set(name, Json.of(name, value));
    return new TriggerOptions(further, idempotencyKey);
  }
}
