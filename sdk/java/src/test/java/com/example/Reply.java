package com.example;

import java.util.Map;

/** What the scripted server is to say; {@code text} is the body. */
record Reply(int status, String text, Map<String, String> headers, Kind kind) {
  enum Kind {
    ANSWERS,
    /** Reads the request and closes the connection without a word. */
    DROPS,
    /** Reads the request and says nothing until the server is closed. */
    HANGS,
    /** Sends the headers and never the body. */
    STALLS
  }

  static Reply of(int status, String text) {
    return new Reply(status, text, Map.of(), Kind.ANSWERS);
  }

  static Reply refusal(int status, String code) {
    return refusal(status, code, "No.");
  }

  static Reply refusal(int status, String code, String message) {
    return of(status, """
        {"error": {"code": "%s", "message": "%s", "details": {"field": "cron"}}}""".formatted(code, message));
  }

  static Reply that(Kind kind) {
    return new Reply(200, "", Map.of(), kind);
  }

  Reply with(String name, String value) {
    return new Reply(status, text, Map.of(name, value), kind);
  }
}
