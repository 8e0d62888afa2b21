package io.portolan.bench.trouble;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers of an ill server, each with a short pause between two calls, who give up after two
 * seconds. What they are told does not matter. {@link #close()} ends them.
 */
public final class IllCallers implements AutoCloseable {
  private static final int CALLERS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final String CALL =
      """
      {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},\
      "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
      "io.modelcontextprotocol/clientCapabilities":{},\
      "io.modelcontextprotocol/clientInfo":{"name":"portolan-bench","version":"1"}}}}""";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Thread> threads = new ArrayList<>();

  /** Begins to call the one server behind an endpoint. */
  public IllCallers(URI endpoint) {
    var request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "echo")
            .POST(HttpRequest.BodyPublishers.ofString(CALL))
            .build();
    for (int i = 0; i < CALLERS; i++) {
      threads.add(Thread.ofVirtual().name("ill-caller").start(() -> call(request)));
    }
  }

  private void call(HttpRequest request) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          var _ = client.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException _) {
          // Given up on, or broken off: that is what these calls are for.
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException _) {
      // The turn is over.
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    client.shutdownNow();
  }
}
