package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.upstream.Condition;
import io.portolan.gateway.http.guard.Guards;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What operators and their tools look at: health and metrics. Thread-safe. */
final class OperatorEndpoints {
  private static final String LIVENESS = "/health/live";
  private static final String READINESS = "/health/ready";
  private static final Set<String> PATHS = Set.of(LIVENESS, READINESS, "/metrics");

  private static final byte[] JSON = ResponseBytes.ascii("Content-Type: application/json\r\n");
  private static final byte[] METRICS =
      ResponseBytes.ascii("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
  private static final List<Reply.Header> ALLOW = List.of(new Reply.Header("Allow", "GET, HEAD"));
  private static final List<Reply.Header> NO_STORE =
      List.of(new Reply.Header("Cache-Control", "no-store"));
  private static final Payload LIVE = Payload.of("{\"status\":\"live\"}\n");

  private final McpGateway gateway;
  private final Guards guards;
  private final EdgeMetrics metrics;
  private final BooleanSupplier draining;
  private volatile ConfigurationNote configuration = ConfigurationNote.CURRENT;

  OperatorEndpoints(
      McpGateway gateway, Guards guards, EdgeMetrics metrics, BooleanSupplier draining) {
    this.gateway = gateway;
    this.guards = guards;
    this.metrics = metrics;
    this.draining = draining;
  }

  /** What to tell of the configuration from now on. */
  void configuration(ConfigurationNote note) {
    configuration = note;
  }

  /** What is told of the configuration. */
  ConfigurationNote configuration() {
    return configuration;
  }

  static boolean isHere(String rawPath) {
    return PATHS.contains(rawPath);
  }

  /** Handles one request, to its end. */
  void handle(Exchange exchange) {
    var reply = new HttpReply(exchange.connection(), List.of(), exchange.keepsAlive());
    if (!RequestBody.isSmall(exchange.request())) {
      reply.makeLast();
      answer(exchange, reply);
      throw exchange.connection().closeUnread();
    }
    RequestBody.discard(exchange.request());
    exchange.connection().bodyRead();
    answer(exchange, reply);
    reply.end();
  }

  private void answer(Exchange exchange, HttpReply reply) {
    var refusal = guards.caller(exchange.headers());
    if (refusal != null) {
      reply.refuse(refusal, List.of(), exchange.headOnly());
      return;
    }
    switch (exchange.request().prologue().uriPath().rawPath()) {
      case LIVENESS -> answer(exchange, reply, JSON, () -> LIVE);
      case READINESS -> ready(exchange, reply);
      default -> answer(exchange, reply, METRICS, () -> Payload.of(metrics.scrape()));
    }
  }

  private static void answer(
      Exchange exchange, HttpReply reply, byte[] type, Supplier<Payload> body) {
    switch (exchange.verb()) {
      case GET, HEAD -> reply.whole(200, NO_STORE, type, body.get(), exchange.headOnly());
      case POST, DELETE, OPTIONS, OTHER -> reply.whole(405, ALLOW, JSON, ONLY_GET, false);
    }
  }

  private static final Payload ONLY_GET = error("Only GET and HEAD are answered here");

  private static Payload error(String message) {
    return Payload.of(
        new JsonWriter().beginObject().member("error", message).endObject().toSlice());
  }

  private void ready(Exchange exchange, HttpReply reply) {
    var status = draining.getAsBoolean() ? "draining" : gateway.ready() ? "ready" : "starting";
    if (status.equals("ready") || !isRead(exchange.verb())) {
      answer(exchange, reply, JSON, () -> readiness(status));
    } else {
      reply.whole(503, NO_STORE, JSON, readiness(status), exchange.headOnly());
    }
  }

  private static boolean isRead(Verb verb) {
    return verb == Verb.GET || verb == Verb.HEAD;
  }

  private Payload readiness(String status) {
    var json = new JsonWriter().beginObject().member("status", status).name("servers");
    json.beginObject();
    for (var server : gateway.servers()) {
      json.name(server.name());
      write(json, server);
    }
    json.endObject();
    var note = configuration;
    if (note.status() != ConfigurationNote.Status.CURRENT) {
      json.name("configuration")
          .beginObject()
          .member("status", note.status().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .member("detail", note.detail())
          .endObject();
    }
    return Payload.of(json.endObject().toSlice());
  }

  private static void write(JsonWriter json, ServerStatus server) {
    json.beginObject()
        .member("status", server.health().name().toLowerCase(Locale.ROOT))
        .member("era", server.eras())
        .member("transport", server.transport())
        .member("tools", server.tools())
        .member("resources", server.resources())
        .member("prompts", server.prompts())
        .member("since", server.since().toString());
    if (!server.reason().isEmpty()) {
      json.member("reason", server.reason());
    }
    write(json.name("calls"), server.condition());
    json.endObject();
  }

  private static void write(JsonWriter json, Condition calls) {
    json.beginObject()
        .member("circuit", calls.circuit().label())
        .member("inFlight", calls.callsInFlight());
    if (calls.circuit() != Condition.Circuit.CLOSED) {
      json.member("since", calls.since().toString()).member("reason", calls.reason());
    }
    json.endObject();
  }
}
