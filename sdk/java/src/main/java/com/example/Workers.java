package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** The workers of the service. */
public final class Workers extends Answer {
  Workers(JsonNode json) {
    super(json, "workers", "total");
  }

  public List<Worker> getWorkers() {
    return list("workers", Worker::new);
  }

  public int getTotal() {
    return (int) count("total");
  }

  /** A process that runs executions. */
  public static final class Worker extends Answer {
    Worker(JsonNode json) {
      super(json, "worker_id");
    }

    public String getWorkerId() {
      return text("worker_id");
    }

    public String getName() {
      return text("name");
    }

    /** {@code active}, {@code inactive}, or {@code draining}: it stops when its work is done. */
    public String getStatus() {
      return text("status");
    }

    /** How many executions it can run at a time. */
    public int getCapacity() {
      return (int) count("capacity");
    }

    /** How many it runs. */
    public int getCurrentLoad() {
      return (int) count("current_load");
    }

    public Instant getLastHeartbeat() {
      return instant("last_heartbeat");
    }

    public Long getUptimeSeconds() {
      return large("uptime_seconds");
    }
  }
}
