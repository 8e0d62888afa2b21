package io.portolan.tenancy.auth.upstream;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway is to the authorization server of one MCP server. Immutable.
 *
 * @param grant how it comes to access tokens
 * @param issuer the authorization server, whose metadata names its endpoints; null where {@code
 *     tokenEndpoint} is given, or where the MCP server's metadata names it
 * @param tokenEndpoint where tokens are issued; null where metadata says
 * @param id the client id
 * @param secret the client secret; null for a public client
 * @param authentication how the secret is shown
 * @param scopes what to ask for; empty for what the server gives by itself
 * @param resource the MCP server (RFC 8707)
 * @param audience of a token exchange; null for none beside the resource
 */
public record UpstreamClient(
    Grant grant,
    @Nullable URI issuer,
    @Nullable URI tokenEndpoint,
    String id,
    @Nullable String secret,
    Authentication authentication,
    List<String> scopes,
    URI resource,
    @Nullable String audience) {
  /** How the gateway comes to access tokens. */
  public enum Grant {
    /** It proves itself, and acts as itself (RFC 6749, section 4.4). */
    CLIENT_CREDENTIALS,
    /** It exchanges the caller's token for one to the server (RFC 8693). */
    TOKEN_EXCHANGE,
    /** Each user allows it once, in a browser (authorization code with PKCE). */
    AUTHORIZATION_CODE
  }

  /** How the client's secret is shown. */
  public enum Authentication {
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST,
    /** There is none. */
    NONE
  }

  public UpstreamClient {
    scopes = List.copyOf(scopes);
    if (id.isBlank()) {
      throw new IllegalArgumentException("the client id is empty");
    }
    if ((secret == null) != (authentication == Authentication.NONE)) {
      throw new IllegalArgumentException(
          "a client secret and a way to show it go together; there is "
              + (secret == null ? "no secret" : "no way"));
    }
    if (grant != Grant.AUTHORIZATION_CODE && secret == null) {
      throw new IllegalArgumentException(
          "a client secret is missing, and "
              + grant.name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + " needs one");
    }
    if (grant != Grant.AUTHORIZATION_CODE && issuer == null && tokenEndpoint == null) {
      throw new IllegalArgumentException("neither an issuer nor a token endpoint is given");
    }
    if (audience != null && grant != Grant.TOKEN_EXCHANGE) {
      throw new IllegalArgumentException("an audience belongs to token exchange only");
    }
    requireWeb(issuer);
    requireWeb(tokenEndpoint);
    if (!resource.isAbsolute() || resource.getRawFragment() != null) {
      throw new IllegalArgumentException("the resource must be an absolute URI without fragment");
    }
  }

  private static void requireWeb(@Nullable URI uri) {
    if (uri != null
        && (!Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
            || uri.getHost() == null
            || uri.getRawUserInfo() != null
            || uri.getRawFragment() != null)) {
      throw new IllegalArgumentException(
          "expected an http or https URL without user or fragment: " + uri);
    }
  }

  @Override
  public String toString() {
    return "UpstreamClient[" + grant + " " + id + " for " + resource + "]";
  }
}
