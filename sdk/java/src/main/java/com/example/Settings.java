package com.example;

import java.net.http.HttpClient;
import java.time.Duration;

/**
 * How a client asks: where, with which key, how long, how often.
 *
 * @param timeout of each try; null: what is usual for the call
 */
record Settings(String baseUrl, String apiKey, Duration timeout, RetryPolicy retry, HttpClient http) {
  Settings {
    if (baseUrl == null || !baseUrl.matches("https?://.+")) {
      throw new IllegalArgumentException("baseUrl " + baseUrl + " must begin with http:// or https://.");
    }
    if (apiKey == null || !apiKey.matches("[\\x21-\\x7e]+")) {
      throw new IllegalArgumentException(
          "apiKey must be the key or token itself: visible ASCII characters without spaces.");
    }
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new IllegalArgumentException("timeout must be more than 0.");
    }
    baseUrl = baseUrl.replaceAll("/+$", "");
  }

  Settings withTimeout(Duration timeout) {
    return new Settings(baseUrl, apiKey, timeout, retry, http);
  }

  Settings withRetry(RetryPolicy retry) {
    return new Settings(baseUrl, apiKey, timeout, retry, http);
  }

  /** Without the key: it would end in logs. */
  @Override
  public String toString() {
    return baseUrl;
  }
}
