package io.portolan.registry;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway comes to the access tokens that it shows an HTTP server, in the terms of OAuth.
 * Immutable.
 *
 * @param grant in which way
 * @param issuer the authorization server, by its issuer identifier; null where it is found
 *     otherwise
 * @param tokenEndpoint where tokens are issued; null where metadata says
 * @param clientId the gateway's id at the authorization server
 * @param clientSecret its secret, or a reference to one; null for a public client
 * @param clientAuthentication how the secret is shown
 * @param scopes what to ask for
 * @param resource what the tokens are for (RFC 8707)
 * @param audience of a token exchange; null for none beside the resource
 * @param listsAs whose grant is used for requests of the gateway's own, such as those for lists;
 *     null for nobody's
 */
public record Authorization(
    Grant grant,
    @Nullable URI issuer,
    @Nullable URI tokenEndpoint,
    String clientId,
    @Nullable String clientSecret,
    ClientAuthentication clientAuthentication,
    List<String> scopes,
    URI resource,
    @Nullable String audience,
    @Nullable String listsAs) {
  /** How the gateway comes to access tokens. */
  public enum Grant {
    CLIENT_CREDENTIALS,
    TOKEN_EXCHANGE,
    AUTHORIZATION_CODE
  }

  /** How the client's secret is shown. */
  public enum ClientAuthentication {
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST
  }

  public Authorization {
    scopes = List.copyOf(scopes);
  }

  /** The same with another secret. */
  Authorization withSecret(String secret) {
    return new Authorization(
        grant,
        issuer,
        tokenEndpoint,
        clientId,
        secret,
        clientAuthentication,
        scopes,
        resource,
        audience,
        listsAs);
  }

  @Override
  public String toString() {
    return "Authorization[" + grant + " client=" + clientId + " resource=" + resource + "]";
  }
}
