package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.http.access.AccessLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A running server over a scripted core, and the clients a test opens to it. */
final class EdgeFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T10:20:30.456Z");

  final ScriptedGateway gateway = new ScriptedGateway();
  final LimitCounts counts = new LimitCounts();
  final ByteArrayOutputStream log = new ByteArrayOutputStream();
  final McpHttpServer server;
  private final List<RawClient> clients = new ArrayList<>();

  EdgeFixture() throws IOException {
    this(EdgeSettings.at("127.0.0.1", 0));
  }

  EdgeFixture(EdgeLimits limits) throws IOException {
    this(EdgeSettings.at("127.0.0.1", 0).withLimits(limits));
  }

  EdgeFixture(EdgeSettings settings) throws IOException {
    this(settings, McpHttpServer.Visitors.DEVELOPMENT);
  }

  EdgeFixture(EdgeSettings settings, McpHttpServer.Visitors visitors) throws IOException {
    server =
        new McpHttpServer(
            settings,
            gateway,
            AccessLog.to(log, InstantSource.fixed(NOW)),
            visitors,
            Telemetry.of(counts));
    server.start();
  }

  RawClient client() throws IOException {
    var client = new RawClient(server.port());
    clients.add(client);
    return client;
  }

  String logText() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /** Limits with short waits, for tests of what happens when they are over. */
  static EdgeLimits impatient() {
    var millis = Duration.ofMillis(400);
    return new EdgeLimits(
        4096,
        4096,
        1000,
        millis,
        millis,
        16 << 10,
        millis,
        millis,
        Duration.ofSeconds(60),
        EdgeLimits.DEFAULT.memoryBytesMax(),
        Duration.ofSeconds(5));
  }

  /** Waits until something holds, for at most 20 seconds. */
  static void await(String what, BooleanSupplier condition) {
    var end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 60 s: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    for (var client : clients) {
      client.close();
    }
    server.close();
  }
}
