package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.gateway.protocol.SseFrame;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DrainTest {
  @Test
  void aHundredCallsInFlightAreAllAnswered() throws Exception {
    try (var edge = new EdgeFixture()) {
      var go = new CountDownLatch(1);
      edge.gateway.onPost =
          (inbound, reply) -> {
            go.await();
            return ScriptedGateway.echo(inbound, reply);
          };
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < 100; i++) {
        clients.add(edge.client());
        clients.get(i).send(RawClient.post("/mcp", "{\"id\":" + i + "}"));
      }
      EdgeFixture.await("all in flight", () -> edge.gateway.seen.size() == 100);
      var closing = Thread.ofVirtual().start(edge.server::close);
      awaitRefusal(edge.server.port());
      go.countDown();

      for (int i = 0; i < 100; i++) {
        var response = clients.get(i).receive();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"id\":" + i + "}");
        clients.get(i).awaitEnd();
      }
      closing.join();
    }
  }

  private static void awaitRefusal(int port) {
    EdgeFixture.await(
        "no connection accepted",
        () -> {
          try (var late = new RawClient(port)) {
            return late.socket.getInputStream().read() < 0;
          } catch (IOException _) {
            return true;
          }
        });
  }

  @Test
  void idleConnectionsAndStandingStreamsDoNotHoldTheStopUp() throws Exception {
    assertEndsSoon((_, reply) -> forever(reply));
  }

  @Test
  void aStreamThatStandsDoesNotHoldTheStopUp() throws Exception {
    assertEndsSoon((_, reply) -> reply.stand(() -> forever(reply)));
  }

  private static CallRecord forever(Reply reply) throws InterruptedException {
    var sink = reply.stream(List.of());
    try {
      sink.write(SseFrame.keepAlive());
      new CountDownLatch(1).await();
    } finally {
      sink.close();
    }
    return ScriptedGateway.CALLED;
  }

  private static void assertEndsSoon(ScriptedGateway.Script script) throws Exception {
    var edge = new EdgeFixture();
    edge.gateway.onGet = script;
    var silent = edge.client();
    var idle = edge.client();
    idle.exchange(RawClient.post("/mcp", "{}"));
    var stream = edge.client();
    stream.send(RawClient.request("GET", "/mcp", "Accept: text/event-stream"));
    assertThat(stream.head().status()).isEqualTo(200);
    assertThat(stream.chunk()).isEqualTo(": keep-alive\n\n");

    var start = System.nanoTime();
    edge.server.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(stream.chunk()).isEmpty();
    stream.awaitEnd();
    idle.awaitEnd();
    silent.awaitEnd();
    edge.server.close();
  }

  @Test
  void aCallThatOutlivesTheDrainIsToldSo() throws Exception {
    var limits =
        EdgeLimits.DEFAULT.withCallAndDrain(Duration.ofSeconds(60), Duration.ofMillis(200));
    try (var edge = new EdgeFixture(limits)) {
      edge.gateway.onPost =
          (inbound, reply) -> {
            new CountDownLatch(1).await();
            return ScriptedGateway.echo(inbound, reply);
          };
      var client = edge.client();
      client.send(RawClient.post("/mcp", "{}"));
      EdgeFixture.await("in flight", () -> edge.gateway.seen.size() == 1);

      edge.server.close();

      var response = client.receive();
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.body()).contains("stopping");
    }
  }

  @Test
  void readinessIsOffWhileDraining() throws Exception {
    try (var edge = new EdgeFixture()) {
      var go = new CountDownLatch(1);
      edge.gateway.onPost =
          (inbound, reply) -> {
            go.await();
            return ScriptedGateway.echo(inbound, reply);
          };
      var client = edge.client();
      client.send(RawClient.post("/mcp", "{}"));
      EdgeFixture.await("in flight", () -> edge.gateway.seen.size() == 1);
      // Connected and half sent before the drain: nobody can connect in it. One of which nothing
      // was read yet counts as idle and is closed.
      var probes = new ArrayList<RawClient>();
      for (int i = 0; i < 20; i++) {
        var probe = edge.client();
        probe.send("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n");
        probes.add(probe);
      }
      var closing = Thread.ofVirtual().start(edge.server::close);
      awaitRefusal(edge.server.port());

      var responses = answered(probes);
      assertThat(responses).isNotEmpty();
      for (var response : responses) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).startsWith("{\"status\":\"draining\"");
        assertThat(response.header("connection")).isEqualTo("close");
      }
      go.countDown();
      assertThat(client.receive().status()).isEqualTo(200);
      closing.join();
    }
  }

  private static List<RawClient.Response> answered(List<RawClient> probes) {
    var responses = new ArrayList<RawClient.Response>();
    for (var probe : probes) {
      try {
        responses.add(probe.exchange("\r\n"));
      } catch (IOException _) {
        // It was closed as idle.
      }
    }
    return responses;
  }

  @Test
  void thePortIsFreeAfterwardsAndTakenMeanwhile() throws Exception {
    var edge = new EdgeFixture();
    var port = edge.server.port();
    var second =
        new McpHttpServer(
            EdgeSettings.at("127.0.0.1", port), new ScriptedGateway(), AccessLog.off());
    assertThatThrownBy(second::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("in use");
    second.close();
    edge.close();
    assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(ConnectException.class);

    try (var third =
        new McpHttpServer(
            EdgeSettings.at("127.0.0.1", port), new ScriptedGateway(), AccessLog.off())) {
      third.start();
      assertThat(third.port()).isEqualTo(port);
    }
  }
}
