package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.tenancy.Principal;

/** Finds out who makes a request. Called once for each request, before its body is read. */
@FunctionalInterface
public interface Identity {
  /** Everybody is {@link Principal#ANONYMOUS}: for development, on loopback. */
  Identity DEVELOPMENT = _ -> new Known(Principal.ANONYMOUS);

  /** Looks at a request's headers. Thread-safe, and quick: what is slow must be cached. */
  Found of(RequestHeaders headers);

  /** What was found out. */
  sealed interface Found {}

  /** The caller is known. */
  record Known(Principal principal) implements Found {}

  /** The request proves nobody. */
  record Unknown(Refusal refusal) implements Found {}
}
