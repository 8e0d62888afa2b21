package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what an authorization server says of itself (RFC 8414, OpenID Connect Discovery). */
final class ServerMetadata {
  private ServerMetadata() {}

  /**
   * The endpoints of an authorization server.
   *
   * @param issuer as it calls itself
   * @param authorization where users are sent; null where there is none
   * @param token where tokens are issued
   * @param namesItself whether its answers carry {@code iss} (RFC 9207)
   */
  record Endpoints(String issuer, @Nullable URI authorization, URI token, boolean namesItself) {}

  /**
   * Fetches and checks them.
   *
   * @throws IOException when there are none, they are another issuer's, or lead where nothing may
   */
  static Endpoints of(URI issuer, SafeFetch fetch, Trusted trusted)
      throws IOException, InterruptedException {
    IOException failure = null;
    for (var place : places(issuer)) {
      try {
        var answer = fetch.get(place, trusted);
        if (answer.status() == 200) {
          return checked(issuer, AuthorizationServerMetadata.parse(answer.body()), fetch, trusted);
        }
        failure = new IOException(issuer.getHost() + " has no metadata: " + answer.status());
      } catch (ParseException e) {
        failure = new IOException("the metadata of " + issuer.getHost() + " is not valid", e);
      }
    }
    throw failure == null ? new IOException("no metadata") : failure;
  }

  /** RFC 8414 puts the well-known part before the issuer's path, OpenID Connect behind it. */
  private static List<URI> places(URI issuer) {
    var path = issuer.getRawPath() == null ? "" : issuer.getRawPath();
    var trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var places = new ArrayList<URI>();
    places.add(issuer.resolve("/.well-known/oauth-authorization-server" + trimmed));
    places.add(issuer.resolve("/.well-known/openid-configuration" + trimmed));
    if (!trimmed.isEmpty()) {
      places.add(issuer.resolve(trimmed + "/.well-known/openid-configuration"));
    }
    return places;
  }

  private static Endpoints checked(
      URI issuer, AuthorizationServerMetadata metadata, SafeFetch fetch, Trusted trusted)
      throws IOException {
    var named = metadata.getIssuer().getValue();
    if (!named.equals(issuer.toString())) {
      throw new IOException("the metadata of " + issuer + " names another issuer: " + named);
    }
    var token = metadata.getTokenEndpointURI();
    if (token == null) {
      throw new IOException(issuer + " has no token endpoint");
    }
    fetch.check(token, trusted);
    var authorization = metadata.getAuthorizationEndpointURI();
    if (authorization != null && !mayBeSentTo(authorization, fetch, trusted)) {
      throw new IOException(issuer + " names no https URL to send users to");
    }
    return new Endpoints(
        named, authorization, token, metadata.supportsAuthorizationResponseIssuerParam());
  }

  /** A browser is sent there: to nothing that it would not open as a page (CVE-2025-6514). */
  private static boolean mayBeSentTo(URI authorization, SafeFetch fetch, Trusted trusted) {
    return SafeFetch.isWeb(authorization)
        && (authorization.getScheme().equalsIgnoreCase("https")
            || fetch.isNamed(authorization, trusted));
  }
}
