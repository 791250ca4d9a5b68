package com.example;

/** Everything that goes wrong with a call, except for wrong arguments (IllegalArgumentException). Not checked. */
public class TaskSchedulerException extends RuntimeException {
  TaskSchedulerException(String message, Throwable cause) {
    super(message, cause);
  }
}
