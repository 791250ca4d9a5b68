package com.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server on this machine that answers what a test has written down, in order and the last one for ever, and
 * remembers what it was asked.
 */
final class ScriptedServer implements AutoCloseable {
  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<Reply> replies;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;

  ScriptedServer(Reply... replies) throws IOException {
    this.replies = List.of(replies);
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::answer);
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Override
  public void close() {
    closing.countDown();
    http.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var uri = exchange.getRequestURI();
      byte[] raw = exchange.getRequestBody().readAllBytes();
      Reply reply = take(new Asked(
          exchange.getRequestMethod(), uri.getRawPath(), uri.getRawQuery(), exchange.getRequestHeaders(), raw));
      if (reply.kind() == Reply.Kind.DROPS) return;
      if (reply.kind() == Reply.Kind.HANGS) waitForTheEnd();
      byte[] content = reply.text().getBytes(StandardCharsets.UTF_8);
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      boolean stalls = reply.kind() == Reply.Kind.STALLS;
      exchange.sendResponseHeaders(reply.status(), stalls ? 1000 : content.length == 0 ? -1 : content.length);
      if (stalls) {
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
        waitForTheEnd();
      }
      exchange.getResponseBody().write(content);
    }
  }

  private synchronized Reply take(Asked one) {
    asked.add(one);
    return replies.get(Math.min(asked.size(), replies.size()) - 1);
  }

  private void waitForTheEnd() throws IOException {
    try {
      closing.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
    throw new IOException("the server was closed");
  }
}
