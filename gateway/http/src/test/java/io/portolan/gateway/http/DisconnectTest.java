package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.upstream.Cancellation;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisconnectTest {
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final AtomicInteger cancelled = new AtomicInteger();
  private final CompletableFuture<Void> answer = new CompletableFuture<>();
  private EdgeFixture edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    edge = new EdgeFixture();
    client = edge.client();
    edge.gateway.onPost =
        (inbound, reply) -> {
          var cancellation = new Cancellation();
          var over = new CompletableFuture<Void>();
          cancellation.onCancel(
              () -> {
                cancelled.incrementAndGet();
                over.complete(null);
              });
          reply.cancelOnDisconnect(cancellation);
          waiting.countDown();
          CompletableFuture.anyOf(answer, over).join();
          cancellation.done();
          return ScriptedGateway.echo(inbound, reply);
        };
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
  }

  @Test
  void aClientThatLeavesCancelsItsCallWithinASecond() throws Exception {
    client.send(RawClient.post("/mcp", "{}"));
    waiting.await();
    var left = System.nanoTime();
    client.close();

    EdgeFixture.await("cancelled", () -> cancelled.get() == 1);

    // Half a second in the design; this machine may be busy.
    assertThat(Duration.ofNanos(System.nanoTime() - left)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void aSlowCallsConnectionServesTheNextRequest() throws Exception {
    client.send(RawClient.post("/mcp", "{\"id\":1}"));
    waiting.await();
    watched();
    answer.complete(null);

    assertThat(client.receive().body()).isEqualTo("{\"id\":1}");
    for (int i = 2; i < 20; i++) {
      assertThat(client.exchange(RawClient.post("/mcp", "{\"id\":" + i + "}")).body())
          .isEqualTo("{\"id\":" + i + "}");
    }
    assertThat(cancelled).hasValue(0);
  }

  @Test
  void whatIsPipelinedBehindASlowCallIsNotLost() throws Exception {
    client.send(RawClient.post("/mcp", "{\"id\":1}"));
    waiting.await();
    watched();
    var second = RawClient.post("/mcp", "{\"id\":2}") + RawClient.post("/mcp", "{\"id\":3}");
    client.send(second.substring(0, 30));
    client.send(second.substring(30));
    answer.complete(null);

    assertThat(client.receive().body()).isEqualTo("{\"id\":1}");
    assertThat(client.receive().body()).isEqualTo("{\"id\":2}");
    assertThat(client.receive().body()).isEqualTo("{\"id\":3}");
  }

  /** Waits until the connection is certainly being watched: another, watched later, has gone. */
  private void watched() throws IOException {
    var probe = edge.client();
    probe.send(RawClient.post("/mcp", "{}"));
    EdgeFixture.await("probe in the core", () -> edge.gateway.seen.size() >= 2);
    probe.close();
    EdgeFixture.await("probe cancelled", () -> cancelled.get() == 1);
    cancelled.set(0);
  }

  @Test
  void aThousandVanishedClientsLeaveNothingBehind() throws Exception {
    var before = Thread.getAllStackTraces().size();
    for (int i = 0; i < 1000; i++) {
      try (var vanishing = new RawClient(edge.server.port())) {
        vanishing.send(RawClient.post("/mcp", "{}"));
      }
    }
    EdgeFixture.await("all cancelled", () -> cancelled.get() == 1000);

    EdgeFixture.await("no connection left but the first", () -> connections() == 1);
    assertThat(Thread.getAllStackTraces()).hasSizeLessThanOrEqualTo(before + 5);
  }

  private int connections() {
    try (var asking = new RawClient(edge.server.port())) {
      var metrics = asking.exchange(RawClient.request("GET", "/metrics"));
      var line =
          metrics.body().lines().filter(l -> l.startsWith("portolan_connections ")).findFirst();
      // The one that asks is open too.
      return (int) Double.parseDouble(line.orElseThrow().split(" ")[1]) - 1;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
