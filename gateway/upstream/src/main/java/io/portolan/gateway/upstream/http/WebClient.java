package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.gateway.upstream.http.WebAnswer.Answered;
import io.portolan.gateway.upstream.http.WebAnswer.Answered.End;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Plain HTTP with one origin, over the pooled connections that MCP has: addresses that were judged
 * are those that are connected to, a call ends with its deadline, redirects are for the caller to
 * follow. Thread-safe; blocking.
 */
public final class WebClient implements AutoCloseable {
  /** Most of the body of an answer that is none of 2xx, in bytes. */
  public static final int ERROR_BYTES_MAX = 16 << 10;

  private final HttpTarget origin;
  private final HttpClient client;
  private final ProvenClient proven;
  private final UpstreamLimits limits;

  /** Where an origin may be. */
  public sealed interface Place {
    /** Wherever its name leads. */
    record Anywhere() implements Place {}

    /** Where the guard lets it lead. */
    record Guarded(OutboundGuard guard) implements Place {}
  }

  /** What a client shares with others. */
  public record Shared(UpstreamLimits limits, DeadlineSweeper sweeper, Supplier<SSLContext> tls) {}

  /**
   * Connects to nothing yet.
   *
   * @param origin any URL there
   * @param credentials what is shown there
   */
  public WebClient(URI origin, Place place, UpstreamCredentials credentials, Shared shared) {
    this.origin = HttpTarget.of(origin);
    this.limits = shared.limits();
    var addresses =
        switch (place) {
          case Place.Anywhere() -> Connector.Addresses.ANY;
          case Place.Guarded(var guard) -> Connector.Addresses.guarded(guard);
        };
    var connector = new Connector(this.origin, addresses, limits.connectTimeout(), shared.tls());
    this.client = new HttpClient(connector, limits, shared.sweeper());
    this.proven = new ProvenClient(client, credentials);
  }

  /** Sends a request to the origin and reads the answer. */
  public WebAnswer send(WebRequest request, CallContext context, Cancellation cancellation)
      throws InterruptedException {
    var body = request.body();
    var wants =
        request.method().equals("HEAD")
            ? HttpRequest.Wants.HEADERS_ONLY
            : HttpRequest.Wants.HEADERS;
    var http =
        HttpRequest.plain(
            head(request), context.trace(), body == null ? null : Payload.of(body), wants);
    try {
      var exchange = proven.send(http, context.principal(), context.deadline(), cancellation);
      return read(exchange, request.bodyMax());
    } catch (ExchangeFailed e) {
      return new WebAnswer.Failed(e.failure());
    }
  }

  private byte[] head(WebRequest request) {
    var target = HttpTarget.of(request.url());
    if (!target.sameOrigin(origin)) {
      throw new IllegalArgumentException(target + " is not asked over connections to " + origin);
    }
    var head =
        new StringBuilder(request.method())
            .append(' ')
            .append(target.path())
            .append(" HTTP/1.1\r\nHost: ")
            .append(target.authority())
            .append("\r\n");
    var agent = false;
    for (var header : request.headers()) {
      if (!HeaderText.isToken(header.name()) || !HeaderText.isSafeValue(header.value())) {
        throw new IllegalArgumentException("header '" + header.name() + "' cannot be sent");
      }
      agent |= header.name().equalsIgnoreCase("User-Agent");
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (!agent) {
      head.append("User-Agent: portolan\r\n");
    }
    if (request.body() == null && needsLength(request.method())) {
      head.append("Content-Length: 0\r\n");
    }
    return head.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** RFC 9110 8.6: a method that may have a body says so where it has none. */
  private static boolean needsLength(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  private WebAnswer read(Exchange exchange, int bodyMax) throws InterruptedException {
    var head = exchange.head();
    var status = head.status();
    var headers = head.headers();
    try {
      if (status >= 200 && status < 300) {
        var body = exchange.body().readAll(bodyMax);
        exchange.finish();
        return new Answered(status, headers, body, End.REACHED);
      }
      var beginning = exchange.body().readNBytes(ERROR_BYTES_MAX);
      var isWhole = beginning.length < ERROR_BYTES_MAX;
      if (isWhole) {
        exchange.finish();
      } else {
        exchange.abandon();
      }
      return new Answered(status, headers, Slice.of(beginning), isWhole ? End.REACHED : End.CUT);
    } catch (IOException e) {
      if (e instanceof BadResponse.TooLong) {
        limits.counts().reached(Limit.RESPONSE_BYTES);
      }
      return new WebAnswer.Failed(exchange.failed(e, "while reading the answer", true));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
