package com.example;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/** What the service said instead of an answer. */
record Refusal(
    String message,
    int status,
    String code,
    Map<String, Object> details,
    String requestId,
    Duration retryAfter,
    Throwable cause)
    implements Serializable {}
