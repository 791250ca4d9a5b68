package com.example;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Gives a test its scripted servers, and clients that do not keep it waiting. */
abstract class ClientTest {
  static final RetryPolicy QUICK =
      RetryPolicy.USUAL.withFirstWait(Duration.ofMillis(1)).withLongestWait(Duration.ofMillis(4));

  private final List<ScriptedServer> servers = new ArrayList<>();

  @AfterEach
  void closeServers() {
    servers.forEach(ScriptedServer::close);
  }

  ScriptedServer serve(Reply... replies) throws IOException {
    ScriptedServer server = new ScriptedServer(replies);
    servers.add(server);
    return server;
  }

  static TaskSchedulerClient.Builder builder(ScriptedServer server) {
    return new TaskSchedulerClient.Builder().baseUrl(server.url()).apiKey("key-1").retry(QUICK);
  }

  static TaskSchedulerClient client(ScriptedServer server) {
    return builder(server).build();
  }
}
