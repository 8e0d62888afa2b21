package io.portolan.gateway.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.http.guard.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Replies to what could not be read as an HTTP request, or was too large from the start. Helidon
 * finds these before any routing and ends the connection with the reply. Thread-safe.
 */
final class UnreadableRequests implements DirectHandler {
  private static final String HEAD_TOO_LARGE = "Header size exceeded";

  private final EdgeLimits limits;
  private final Observer observer;
  private final LimitCounts counts;

  UnreadableRequests(EdgeLimits limits, Observer observer, LimitCounts counts) {
    this.limits = limits;
    this.observer = observer;
    this.counts = counts;
  }

  /** This handler for every kind of event. */
  DirectHandlers everywhere() {
    var handlers = DirectHandlers.builder();
    for (var event : EventType.values()) {
      handlers.addHandler(event, this);
    }
    return handlers.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType event,
      Status proposed,
      ServerResponseHeaders headers,
      @Nullable String message) {
    var refusal = refusal(proposed.code(), message == null ? "" : message);
    var body = JsonRpcError.of(refusal).join().toBytes();
    switch (refusal.status()) {
      case 413 -> counts.reached(Limit.REQUEST_BYTES);
      case 414, 431 -> counts.reached(Limit.HEAD_BYTES);
      default -> {}
    }
    observer.unreadable(request.method(), refusal.status(), body.length);
    return TransportResponse.builder()
        .status(Status.create(refusal.status()))
        .header(HeaderValues.CONTENT_TYPE_JSON)
        .entity(body)
        .keepAlive(false)
        .build();
  }

  private Refusal refusal(int status, String message) {
    if (message.equals(HEAD_TOO_LARGE)) {
      return Refusal.of(
          431, "The headers are too large; expected at most " + limits.headBytesMax() + " bytes");
    }
    return switch (status) {
      case 413 -> McpEndpoint.tooLarge(limits.bodyBytesMax());
      case 414 ->
          Refusal.of(
              414,
              "The request line is too long; expected at most " + limits.headBytesMax() + " bytes");
      case 505 -> Refusal.of(505, "This server speaks HTTP/1.1; the request was of HTTP/1.0");
      case 500 -> Refusal.of(500, "Internal error");
      default -> Refusal.of(status, "The request is not valid HTTP/1.1. " + message);
    };
  }
}
