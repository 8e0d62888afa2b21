package io.portolan.gateway.openapi.convert;

/**
 * A scheme by which an API knows its callers. Immutable.
 *
 * @param scheme what the document calls it
 * @param name of the header, parameter or cookie of an API key; empty otherwise
 */
public record Security(String scheme, Kind kind, String name) {
  /** Where its credential goes. */
  public enum Kind {
    KEY_IN_HEADER,
    KEY_IN_QUERY,
    KEY_IN_COOKIE,
    /** {@code Authorization: Basic}. */
    BASIC,
    /** {@code Authorization: Bearer}, also of OAuth 2 and OpenID Connect. */
    BEARER
  }
}
