package com.example;

/** The service was not reached, or the connection broke; retries, where there were any, are spent. */
public class ApiConnectionException extends TaskSchedulerException {
  ApiConnectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
