package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.Credential.Unavailable;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import io.portolan.tenancy.auth.upstream.UpstreamTokens.Fetched;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that need no user: by client credentials, and by token exchange. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693, token exchange</a>
 */
public final class ClientTokens {
  private final UpstreamClient client;
  private final SafeFetch fetch;
  private final TokenEndpoint tokens;
  private final Trusted trusted;
  private volatile @Nullable URI endpoint;

  private ClientTokens(UpstreamClient client, SafeFetch fetch, InstantSource clock) {
    this.client = client;
    this.fetch = fetch;
    this.tokens = new TokenEndpoint(fetch, clock);
    this.endpoint = client.tokenEndpoint();
    this.trusted = trusted(client);
  }

  /** What the configuration of a client names. */
  static Trusted trusted(UpstreamClient client) {
    var trusted = Trusted.of();
    if (client.issuer() != null) {
      trusted = trusted.and(client.issuer());
    }
    return client.tokenEndpoint() == null ? trusted : trusted.and(client.tokenEndpoint());
  }

  /** Tokens of the gateway itself. */
  public static UpstreamTokens ofItself(
      UpstreamClient client, SafeFetch fetch, InstantSource clock) {
    var source = new ClientTokens(client, fetch, clock);
    return new UpstreamTokens((_, _) -> source.traded(new ClientCredentialsGrant()), clock);
  }

  /** Tokens that stand for the callers, for the tokens that they came with. */
  public static UpstreamTokens exchanged(
      UpstreamClient client, SubjectTokens subjects, SafeFetch fetch, InstantSource clock) {
    var source = new ClientTokens(client, fetch, clock);
    return new UpstreamTokens((principal, _) -> source.exchanged(subjects, principal), clock);
  }

  private Fetched exchanged(SubjectTokens subjects, Principal principal)
      throws InterruptedException {
    var subject = subjects.of(principal);
    if (subject.isEmpty()) {
      return new Fetched.None(
          new Unavailable("the caller came without an access token that could be exchanged"));
    }
    var audience =
        client.audience() == null ? List.<Audience>of() : List.of(new Audience(client.audience()));
    return traded(
        new TokenExchangeGrant(
            new TypelessAccessToken(subject.get()),
            TokenTypeURI.ACCESS_TOKEN,
            null,
            null,
            TokenTypeURI.ACCESS_TOKEN,
            audience));
  }

  private Fetched traded(AuthorizationGrant grant) throws InterruptedException {
    URI at;
    try {
      at = endpoint();
    } catch (IOException e) {
      return new Fetched.None(new Unavailable(String.valueOf(e.getMessage())));
    }
    return switch (tokens.ask(client, at, grant, TokenEndpoint.Scopes.OF_THE_CLIENT, trusted)) {
      case Issued.Tokens(var access, var expiresAt, var _) -> new Fetched.Fresh(access, expiresAt);
      case Issued.Refused(var error) ->
          new Fetched.None(
              new Unavailable(
                  "the authorization server refused client " + client.id() + ": " + error));
      case Issued.Unreachable(var why) -> new Fetched.None(new Unavailable(why));
    };
  }

  private URI endpoint() throws IOException, InterruptedException {
    var known = endpoint;
    if (known == null) {
      var issuer = client.issuer();
      if (issuer == null) {
        throw new IOException("no issuer is configured");
      }
      known = ServerMetadata.of(issuer, fetch, trusted).token();
      endpoint = known;
    }
    return known;
  }
}
