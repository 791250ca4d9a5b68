package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How the service is. */
public final class SystemStatus extends Answer {
  SystemStatus(JsonNode json) {
    super(json, "status", "scheduler", "workers", "queue");
  }

  /** {@code healthy} or {@code unhealthy}. */
  public String getStatus() {
    return text("status");
  }

  public Scheduler getScheduler() {
    return one("scheduler", Scheduler::new);
  }

  public Workers getWorkers() {
    return one("workers", Workers::new);
  }

  public Queue getQueue() {
    return one("queue", Queue::new);
  }

  /** Who schedules, and how much there is. */
  public static final class Scheduler extends Answer {
    Scheduler(JsonNode json) {
      super(json);
    }

    public String getLeader() {
      return text("leader");
    }

    public List<String> getFollowers() {
      return list("followers", JsonNode::asText);
    }

    public long getTasksScheduled() {
      return count("tasks_scheduled");
    }

    public long getTasksPending() {
      return count("tasks_pending");
    }
  }

  /** All workers together. */
  public static final class Workers extends Answer {
    Workers(JsonNode json) {
      super(json);
    }

    public int getTotal() {
      return (int) count("total");
    }

    public int getActive() {
      return (int) count("active");
    }

    public int getInactive() {
      return (int) count("inactive");
    }

    /** How many executions they can run at a time. */
    public int getTotalCapacity() {
      return (int) count("total_capacity");
    }

    /** How many they run. */
    public int getCurrentLoad() {
      return (int) count("current_load");
    }
  }

  /** How many executions wait, by priority. */
  public static final class Queue extends Answer {
    Queue(JsonNode json) {
      super(json);
    }

    public long getHighPriority() {
      return count("high_priority");
    }

    public long getMediumPriority() {
      return count("medium_priority");
    }

    public long getLowPriority() {
      return count("low_priority");
    }
  }
}
