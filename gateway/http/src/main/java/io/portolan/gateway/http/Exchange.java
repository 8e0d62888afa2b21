package io.portolan.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.webserver.http.RoutingRequest;
import io.portolan.gateway.http.connection.EdgeConnection;
import java.net.SocketAddress;

/**
 * One request on its way through the edge.
 *
 * @param connection where it came in
 * @param request the request, its body unread
 * @param verb its method
 * @param startNanos when it was taken up, on the clock of {@link System#nanoTime}
 */
record Exchange(EdgeConnection connection, RoutingRequest request, Verb verb, long startNanos) {
  static Exchange of(EdgeConnection connection, RoutingRequest request) {
    var verb = Verb.of(request.prologue().method());
    return new Exchange(connection, request, verb, System.nanoTime());
  }

  Headers headers() {
    return request.headers();
  }

  /** Whether the client would use the connection again. */
  boolean keepsAlive() {
    var headers = headers();
    return !headers.contains(HeaderNames.CONNECTION)
        || !headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }

  /** What tells who asks for what. */
  Identity.Asked asked() {
    var prologue = request.prologue();
    return new Identity.Asked(
        prologue.uriPath().rawPath(), prologue.query().rawValue(), new HelidonHeaders(headers()));
  }

  /** Where the request came from, as far as this machine can tell. */
  SocketAddress client() {
    return connection.remotePeer().address();
  }

  /** Whether it brings credentials. */
  boolean signsIn() {
    return headers().contains(HeaderNames.AUTHORIZATION);
  }

  /** Whether the reply must have no body. */
  boolean headOnly() {
    return verb == Verb.HEAD;
  }
}
