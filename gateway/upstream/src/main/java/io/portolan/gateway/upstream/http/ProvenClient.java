package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamCredentials.Authorization;
import io.portolan.gateway.core.upstream.UpstreamCredentials.Nothing;
import io.portolan.gateway.core.upstream.UpstreamCredentials.Shown;
import io.portolan.gateway.core.upstream.UpstreamCredentials.Unavailable;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import org.jspecify.annotations.Nullable;

/*
 * A server that says 401 has done nothing. So the request is sent once more with another token, if
 * there is another; what the server says to that stands.
 */

/** Exchanges requests with one server, each with what proves on whose behalf. Thread-safe. */
final class ProvenClient {
  private static final int UNAUTHORIZED = 401;

  private final HttpClient client;
  private final UpstreamCredentials credentials;

  ProvenClient(HttpClient client, UpstreamCredentials credentials) {
    this.client = client;
    this.credentials = credentials;
  }

  /** As {@link HttpClient#send}. */
  Exchange send(
      HttpRequest request, Principal principal, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return exchange(client::send, request, principal, deadline, cancellation);
  }

  /** As {@link HttpClient#listen}. */
  Exchange listen(
      HttpRequest request, Principal principal, Deadline deadline, Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return exchange(client::listen, request, principal, deadline, cancellation);
  }

  private Exchange exchange(
      Way way,
      HttpRequest request,
      Principal principal,
      Deadline deadline,
      Cancellation cancellation)
      throws ExchangeFailed, InterruptedException {
    return switch (credentials.of(principal, deadline)) {
      case Nothing _ -> way.go(request, deadline, cancellation);
      case Unavailable(var failure) -> throw new ExchangeFailed(failure);
      case Authorization shown -> {
        var exchange = way.go(request.authorized(shown.value()), deadline, cancellation);
        yield exchange.head().status() == UNAUTHORIZED
            ? again(exchange, credentials.instead(shown, principal, deadline), shown)
                .go(way, request, deadline, cancellation)
            : exchange;
      }
    };
  }

  /** What becomes of a request that the server refused. */
  private static Refused again(Exchange refused, Shown instead, Authorization shown)
      throws ExchangeFailed {
    return switch (instead) {
      case Authorization other when !other.equals(shown) -> {
        refused.abandon();
        yield new Refused(refused, other);
      }
      case Unavailable(var failure) -> {
        refused.abandon();
        throw new ExchangeFailed(failure);
      }
      case Authorization _, Nothing _ -> new Refused(refused, null);
    };
  }

  /** An exchange that ended with 401, and what to show instead; null for nothing else. */
  private record Refused(Exchange exchange, @Nullable Authorization instead) {
    Exchange go(Way way, HttpRequest request, Deadline deadline, Cancellation cancellation)
        throws ExchangeFailed, InterruptedException {
      return instead == null
          ? exchange
          : way.go(request.authorized(instead.value()), deadline, cancellation);
    }
  }

  /** How a request goes to the server. */
  @FunctionalInterface
  private interface Way {
    Exchange go(HttpRequest request, Deadline deadline, Cancellation cancellation)
        throws ExchangeFailed, InterruptedException;
  }
}
