package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.relay.Gateway;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.registry.ServerDefinition;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Legacy clients that are gone in the middle of a stream, over sockets. */
@Timeout(300)
class AbandonedStreamsTest {
  private static final int BATCHES = 4;
  private static final int CLIENTS = 125; // their calls go on until the sessions end: they must fit
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"endless__t\"}}";
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
          + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
          + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";

  private final EndlessServer endless =
      new EndlessServer(
          new ServerDefinition.Http(
              "endless",
              URI.create("http://127.0.0.1:1/mcp"),
              ServerDefinition.HttpTransport.DETECT,
              Map.of(),
              Duration.ofMinutes(10)));
  private final Federation federation =
      new Federation(
          List.of(endless.definition()),
          _ -> endless,
          Federation.Settings.DEFAULT,
          Clock.systemUTC());
  private final Gateway gateway =
      new Gateway(
          federation,
          new Gateway.Settings(
              Gateway.Settings.DEFAULT.json(),
              Gateway.Settings.DEFAULT.sessions(),
              Duration.ofMillis(200)),
          new SecureRandom());
  private final McpHttpServer server =
      new McpHttpServer(
          EdgeSettings.at("127.0.0.1", 0),
          gateway,
          AccessLog.to(OutputStream.nullOutputStream(), InstantSource.system()),
          McpHttpServer.Visitors.DEVELOPMENT,
          Telemetry.of(new LimitCounts()));

  @BeforeEach
  void start() throws Exception {
    gateway.start();
    federation.start();
    federation.awaitReady();
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    gateway.close();
    federation.close();
  }

  /** Opens a session; the header that names it. */
  private static String session(RawClient client) throws IOException {
    var reply = client.exchange(RawClient.post("/mcp", INITIALIZE));
    return "Mcp-Session-Id: " + Objects.requireNonNull(reply.header("mcp-session-id"));
  }

  /** Starts a stream, reads its first event, and is gone without a word: RST. */
  private void vanish(String request) throws IOException {
    try (var client = new RawClient(server.port())) {
      client.send(request);
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.chunk()).contains("id: ");
      client.socket.setSoLinger(true, 0);
    }
  }

  /** So many GET streams and as many streams of calls, each of a session of its own. */
  private void abandon(int clients) throws IOException {
    var sessions = new ArrayList<String>();
    try (var patient = new RawClient(server.port())) {
      for (int i = 0; i < clients; i++) {
        var session = session(patient);
        sessions.add(session);
        vanish(RawClient.request("GET", "/mcp", "Accept: text/event-stream", session));
        vanish(RawClient.post("/mcp", CALL, session));
      }
      EdgeFixture.await("no stream is read any more", () -> gateway.gauges().streams() == 0);
      assertThat(endless.calls())
          .as("to be gone is no cancellation in this era")
          .isEqualTo(clients);
      for (var session : sessions) {
        assertThat(patient.exchange(RawClient.request("DELETE", "/mcp", session)).status())
            .isEqualTo(204);
      }
    }
    EdgeFixture.await(
        "no call and no session is left",
        () ->
            gateway.gauges().callsInFlight() == 0
                && gateway.gauges().sessions() == 0
                && endless.calls() == 0
                && endless.sessions() == 1); // the gateway's own
    EdgeFixture.await("no connection is left", () -> connections() == 0);
  }

  private int connections() {
    try (var asking = new RawClient(server.port())) {
      var metrics = asking.exchange(RawClient.request("GET", "/metrics"));
      var line =
          metrics.body().lines().filter(l -> l.startsWith("portolan_connections ")).findFirst();
      // The one that asks is open too.
      return (int) Double.parseDouble(line.orElseThrow().split(" ")[1]) - 1;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long heapMiB() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() >> 20;
  }

  @Test
  void aThousandAbandonedStreamsOfSessionsLeaveNothingBehind() throws Exception {
    abandon(50); // classes, pools and buffers are there afterwards
    var threads = Thread.getAllStackTraces().size();
    var heap = heapMiB();

    for (int batch = 0; batch < BATCHES; batch++) {
      abandon(CLIENTS);
    }

    EdgeFixture.await(
        "threads are as many as before", () -> Thread.getAllStackTraces().size() <= threads + 8);
    EdgeFixture.await("the heap is what it was: " + heap, () -> heapMiB() <= heap + 24);
  }
}
