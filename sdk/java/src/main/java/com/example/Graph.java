package com.example;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** Tasks, and what depends on what. */
public final class Graph extends Answer {
  Graph(JsonNode json) {
    super(json, "nodes", "edges");
  }

  public List<Node> getNodes() {
    return list("nodes", Node::new);
  }

  public List<Edge> getEdges() {
    return list("edges", Edge::new);
  }

  /** A task. */
  public static final class Node extends Answer {
    Node(JsonNode json) {
      super(json, "task_id");
    }

    public String getTaskId() {
      return text("task_id");
    }

    public String getTaskName() {
      return text("task_name");
    }

    public TaskType getTaskType() {
      return word(TaskType.class, "task_type");
    }

    public Boolean isEnabled() {
      return flag("enabled");
    }

    public Boolean isPaused() {
      return flag("paused");
    }

    /** Of its execution under way, else of its last one; null before the first. */
    public ExecutionStatus getState() {
      return word(ExecutionStatus.class, "state");
    }

    public Instant getLastExecutionTime() {
      return instant("last_execution_time");
    }
  }

  /** A dependency. */
  public static final class Edge extends Answer {
    Edge(JsonNode json) {
      super(json, "from", "to");
    }

    public String getDependencyId() {
      return text("dependency_id");
    }

    /** The id of the task that is waited for. */
    public String getFrom() {
      return text("from");
    }

    /** The id of the task that waits. */
    public String getTo() {
      return text("to");
    }

    public DependencyType getDependencyType() {
      return word(DependencyType.class, "dependency_type");
    }

    /** How it stands for the next run: {@code met}, {@code waiting} or {@code failed}. */
    public String getStatus() {
      return text("status");
    }
  }
}
