package io.portolan.tenancy.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a request shows of its caller.
 *
 * @param authorization the value of the one header {@code Authorization}; null when there is none
 * @param query the query of its URL as it was sent; may be empty
 * @param resource the canonical URI of what it asks for (RFC 8707)
 */
public record Presented(@Nullable String authorization, String query, String resource) {
  /** Leaves out what is secret. */
  @Override
  public String toString() {
    return "Presented[" + resource + "]";
  }
}
