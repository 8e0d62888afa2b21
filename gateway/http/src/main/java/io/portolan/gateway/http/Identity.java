package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.tenancy.Caller;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds out who makes a request. Called once for each request to an MCP endpoint, before its body
 * is read. Thread-safe, and quick: what is slow must be cached.
 */
@FunctionalInterface
public interface Identity {
  /** Everybody is {@link Caller#ANONYMOUS}: for development, on loopback. */
  Identity DEVELOPMENT = _ -> new Known(Caller.ANONYMOUS);

  /** Looks at a request. */
  Found of(Asked asked) throws InterruptedException;

  /**
   * The headers of a refusal because the caller's proof lacks scopes.
   *
   * @param scopes what to ask for, separated by spaces
   */
  default List<Reply.Header> insufficientScope(Asked asked, String scopes) {
    return List.of();
  }

  /**
   * Tells, whenever it is asked, whether a caller who was let in would be kept out now: their proof
   * was revoked, or their tenant is let in no more. That a proof has ended does not count.
   *
   * @param caller who was found for the request
   */
  default BooleanSupplier withdrawal(Asked asked, Caller caller) {
    return () -> false;
  }

  /**
   * What there is of a request before its body is read.
   *
   * @param path the path as it was sent
   * @param query what follows the question mark, as it was sent; may be empty
   * @param headers the headers; Host has passed its guard
   */
  record Asked(String path, String query, RequestHeaders headers) {}

  /** What was found out. */
  sealed interface Found {}

  /** The caller is known. */
  record Known(Caller caller) implements Found {}

  /**
   * The request proves nobody.
   *
   * @param headers say how to get a proof
   */
  record Unknown(Refusal refusal, List<Reply.Header> headers) implements Found {
    public Unknown {
      headers = List.copyOf(headers);
    }
  }
}
