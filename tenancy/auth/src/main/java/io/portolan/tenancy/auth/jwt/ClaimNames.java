package io.portolan.tenancy.auth.jwt;

import org.jspecify.annotations.Nullable;

/**
 * Where tokens of an issuer say what. A name with dots is looked up as it is, then as a path into
 * objects, as in {@code realm_access.roles}.
 *
 * @param roles a list of roles; null when tokens grant none but {@code caller}
 * @param teams a list of teams; null when tokens name none
 * @param agent names the agent or client that acts
 * @param scopes a list or a text with spaces
 * @param required whether a token without scopes is refused
 */
public record ClaimNames(
    @Nullable String roles,
    @Nullable String teams,
    String agent,
    String scopes,
    ScopesRequired required) {
  /** What the standards say: RFC 9068 and RFC 8693. */
  public static final ClaimNames STANDARD =
      new ClaimNames(null, null, "client_id", "scope", ScopesRequired.YES);

  /** Whether a token must have scopes. */
  public enum ScopesRequired {
    /** One without is good for nothing. */
    YES,
    /** One without is not limited. */
    NO
  }
}
