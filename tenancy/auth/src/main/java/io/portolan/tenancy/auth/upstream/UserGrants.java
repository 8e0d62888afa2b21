package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.Credential.Unavailable;
import io.portolan.tenancy.auth.upstream.Credential.Ungranted;
import io.portolan.tenancy.auth.upstream.GrantStore.GrantStoreException;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import io.portolan.tenancy.auth.upstream.UpstreamTokens.Fetched;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The grants that users gave for one MCP server, each with the authorization code flow and PKCE,
 * and the tokens that come of them. Thread-safe; blocks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9207">RFC 9207, the issuer in the answer</a>
 */
public final class UserGrants {
  private final UpstreamClient client;
  private final URI server;
  private final GrantStore store;
  private final SafeFetch fetch;
  private final TokenEndpoint endpoint;
  private final InstantSource clock;
  private final Trusted trusted;
  private final UpstreamTokens tokens;
  private volatile ServerMetadata.@Nullable Endpoints known;

  /**
   * @param server the MCP server's URL, whose metadata names the authorization server where the
   *     client does not
   */
  public UserGrants(
      UpstreamClient client, URI server, GrantStore store, SafeFetch fetch, InstantSource clock) {
    this.client = client;
    this.server = server;
    this.store = store;
    this.fetch = fetch;
    this.endpoint = new TokenEndpoint(fetch, clock);
    this.clock = clock;
    this.trusted = ClientTokens.trusted(client).and(server);
    this.tokens = new UpstreamTokens(this::fetch, clock);
  }

  /** The tokens of those who granted. */
  public UpstreamTokens tokens() {
    return tokens;
  }

  /**
   * One user's way to the authorization server and back. Used once.
   *
   * @param state what the answer must repeat
   * @param verifier proves that the code is redeemed by whom it was asked for
   * @param issuer who must answer
   * @param redirect where the answer goes
   * @param url where the user is sent
   */
  public record Attempt(
      String state, String verifier, String issuer, URI redirect, URI url, boolean namesItself) {
    @Override
    public String toString() {
      return "Attempt[" + issuer + "]";
    }
  }

  /**
   * Begins an attempt.
   *
   * @throws IOException when it is not known where to send the user
   */
  public Attempt begin(URI redirect) throws IOException, InterruptedException {
    var endpoints = endpoints();
    if (endpoints.authorization() == null) {
      throw new IOException(endpoints.issuer() + " sends no users anywhere");
    }
    var state = new State(32);
    var verifier = new CodeVerifier();
    var request =
        new AuthorizationRequest.Builder(new ResponseType("code"), new ClientID(client.id()))
            .endpointURI(endpoints.authorization())
            .redirectionURI(redirect)
            .state(state)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .resource(client.resource());
    if (!client.scopes().isEmpty()) {
      request.scope(new Scope(client.scopes().toArray(String[]::new)));
    }
    return new Attempt(
        state.getValue(),
        verifier.getValue(),
        endpoints.issuer(),
        redirect,
        request.build().toURI(),
        endpoints.namesItself());
  }

  /** How an attempt ended. */
  public sealed interface Ended {
    /** The principal's grant is kept. */
    record Granted() implements Ended {}

    /**
     * There is no grant.
     *
     * @param why for the user
     */
    record Failed(String why) implements Ended {}
  }

  /**
   * Ends an attempt with the authorization server's answer, whose state has been found to be the
   * attempt's.
   *
   * @param answer the parameters of the answer
   */
  public Ended finish(Attempt attempt, Principal principal, Map<String, String> answer)
      throws InterruptedException {
    var issuer = answer.get("iss");
    if (issuer == null ? attempt.namesItself() : !issuer.equals(attempt.issuer())) {
      return new Ended.Failed("the answer is not from the authorization server that was asked");
    }
    var code = answer.get("code");
    if (code == null || code.isEmpty()) {
      return new Ended.Failed("the authorization server did not grant it");
    }
    var grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), attempt.redirect(), new CodeVerifier(attempt.verifier()));
    try {
      var endpoints = endpoints();
      if (!endpoints.issuer().equals(attempt.issuer())) {
        return new Ended.Failed("the server has another authorization server by now");
      }
      return switch (ask(endpoints, grant)) {
        case Issued.Tokens issued -> {
          store.save(principal, kept(endpoints, issued, null).json());
          tokens.forget(principal);
          yield new Ended.Granted();
        }
        case Issued.Refused(var error) ->
            new Ended.Failed("the authorization server did not take the code: " + error);
        case Issued.Unreachable _ -> new Ended.Failed("the authorization server issued no token");
      };
    } catch (IOException | GrantStoreException e) {
      System.getLogger(UserGrants.class.getName())
          .log(System.Logger.Level.WARNING, "a grant failed: {0}", e.getMessage());
      return new Ended.Failed("the grant could not be kept");
    }
  }

  /** Forgets what a principal granted. */
  public void revoke(Principal principal) throws InterruptedException, GrantStoreException {
    store.delete(principal);
    tokens.forget(principal);
  }

  private Fetched fetch(Principal principal, @Nullable String refused) throws InterruptedException {
    try {
      var kept = store.load(principal).flatMap(KeptGrant::read).orElse(null);
      if (kept == null) {
        return new Fetched.None(new Ungranted());
      }
      if (!kept.access().equals(refused) && clock.instant().isBefore(kept.expiresAt())) {
        return new Fetched.Fresh(kept.access(), kept.expiresAt());
      }
      var endpoints = endpoints();
      if (kept.refresh() == null || !kept.issuer().equals(endpoints.issuer())) {
        store.delete(principal);
        return new Fetched.None(new Ungranted());
      }
      return switch (ask(endpoints, new RefreshTokenGrant(new RefreshToken(kept.refresh())))) {
        case Issued.Tokens issued -> {
          store.save(principal, kept(endpoints, issued, kept.refresh()).json());
          yield new Fetched.Fresh(issued.access(), issued.expiresAt());
        }
        case Issued.Refused(var error) -> refused(principal, error);
        case Issued.Unreachable(var why) -> new Fetched.None(new Unavailable(why));
      };
    } catch (IOException | GrantStoreException e) {
      return new Fetched.None(new Unavailable(String.valueOf(e.getMessage())));
    }
  }

  /** A grant that was revoked or is over is none; a client that is refused can be mended. */
  private Fetched refused(Principal principal, String error)
      throws InterruptedException, GrantStoreException {
    if (!error.equals("invalid_grant")) {
      return new Fetched.None(
          new Unavailable("the authorization server refused client " + client.id() + ": " + error));
    }
    store.delete(principal);
    return new Fetched.None(new Ungranted());
  }

  private Issued ask(ServerMetadata.Endpoints endpoints, AuthorizationGrant grant)
      throws InterruptedException {
    return endpoint.ask(client, endpoints.token(), grant, TokenEndpoint.Scopes.AS_GRANTED, trusted);
  }

  private static KeptGrant kept(
      ServerMetadata.Endpoints endpoints, Issued.Tokens issued, @Nullable String refresh) {
    return new KeptGrant(
        endpoints.issuer(),
        issued.access(),
        issued.expiresAt(),
        issued.refresh() == null ? refresh : issued.refresh());
  }

  private ServerMetadata.Endpoints endpoints() throws IOException, InterruptedException {
    var found = known;
    if (found == null) {
      var issuer =
          client.issuer() == null
              ? ResourceMetadata.issuer(server, fetch, trusted)
              : client.issuer();
      found = ServerMetadata.of(issuer, fetch, trusted);
      known = found;
    }
    return found;
  }
}
