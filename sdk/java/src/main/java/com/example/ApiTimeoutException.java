package com.example;

/** The service did not answer within the timeout; retries, where there were any, are spent. */
public final class ApiTimeoutException extends ApiConnectionException {
  ApiTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
