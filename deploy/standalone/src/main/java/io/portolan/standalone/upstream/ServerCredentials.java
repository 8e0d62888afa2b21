package io.portolan.standalone.upstream;

import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.registry.Authorization.ClientAuthentication;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.upstream.ClientTokens;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.auth.upstream.SubjectTokens;
import io.portolan.tenancy.auth.upstream.UpstreamClient;
import io.portolan.tenancy.auth.upstream.UserGrants;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.vault.Vault;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes for each server what proves to it on whose behalf it is asked. Thread-safe. */
public final class ServerCredentials implements AutoCloseable {
  private final SafeFetch toOperators;
  private final SafeFetch toTenants;
  private final SubjectTokens subjects;
  private final Grants grants;
  private final InstantSource clock;

  /**
   * What users' grants need.
   *
   * @param vault where they are kept
   * @param consents where users are asked
   * @param tenant of those as whom the operator's servers are asked for lists
   */
  public record Grants(Vault vault, Consents consents, TenantId tenant) {}

  /**
   * @param subjects the tokens that callers came with, for servers with token exchange
   * @param guard judges where others than the operator lead
   */
  public ServerCredentials(
      SubjectTokens subjects, Grants grants, OutboundGuard guard, InstantSource clock) {
    this.toOperators = new SafeFetch(guard, SafeFetch.Trust.CONFIGURATION);
    this.toTenants = new SafeFetch(guard, SafeFetch.Trust.NOBODY);
    this.subjects = subjects;
    this.grants = grants;
    this.clock = clock;
  }

  /** What a server is shown. */
  public UpstreamCredentials of(ServerDefinition.Http server) {
    var authorization = server.authorization();
    if (authorization == null) {
      return UpstreamCredentials.NONE;
    }
    var client = client(server);
    var fetch = fetch(server);
    if (client.grant() == UpstreamClient.Grant.TOKEN_EXCHANGE) {
      subjects.want();
    }
    return switch (authorization.grant()) {
      case CLIENT_CREDENTIALS ->
          new TokenCredentials(
              server.name(), new Sources.Itself(ClientTokens.ofItself(client, fetch, clock)));
      case TOKEN_EXCHANGE ->
          new TokenCredentials(
              server.name(),
              new Sources.Exchanging(
                  ClientTokens.ofItself(itself(client), fetch, clock),
                  ClientTokens.exchanged(client, subjects, fetch, clock)));
      case AUTHORIZATION_CODE -> granted(server, client, authorization.listsAs());
    };
  }

  private UpstreamCredentials granted(
      ServerDefinition.Http server, UpstreamClient client, @Nullable String listsAs) {
    var owner = owner(server);
    var store = new VaultGrants(grants.vault(), server.name(), owner);
    var given = new UserGrants(client, server.url(), store, fetch(server), clock);
    grants.consents().serve(server.name(), given);
    return new GrantedCredentials(
        server.name(),
        given.tokens(),
        grants.consents(),
        listsAs == null ? null : new Principal(owner == null ? grants.tenant() : owner, listsAs));
  }

  /** Whose server it is, by the name that it has in the federation; null for the operator's. */
  private static @Nullable TenantId owner(ServerDefinition.Http server) {
    var end = server.name().indexOf('/');
    return switch (server.namedBy()) {
      case OPERATOR -> null;
      case TENANT -> end < 0 ? null : new TenantId(server.name().substring(0, end));
    };
  }

  private SafeFetch fetch(ServerDefinition.Http server) {
    return switch (server.namedBy()) {
      case OPERATOR -> toOperators;
      case TENANT -> toTenants;
    };
  }

  private static UpstreamClient client(ServerDefinition.Http server) {
    var authorization = Objects.requireNonNull(server.authorization());
    return new UpstreamClient(
        switch (authorization.grant()) {
          case CLIENT_CREDENTIALS -> UpstreamClient.Grant.CLIENT_CREDENTIALS;
          case TOKEN_EXCHANGE -> UpstreamClient.Grant.TOKEN_EXCHANGE;
          case AUTHORIZATION_CODE -> UpstreamClient.Grant.AUTHORIZATION_CODE;
        },
        authorization.issuer(),
        authorization.tokenEndpoint(),
        authorization.clientId(),
        authorization.clientSecret(),
        authorization.clientSecret() == null
            ? UpstreamClient.Authentication.NONE
            : authorization.clientAuthentication() == ClientAuthentication.CLIENT_SECRET_BASIC
                ? UpstreamClient.Authentication.CLIENT_SECRET_BASIC
                : UpstreamClient.Authentication.CLIENT_SECRET_POST,
        authorization.scopes(),
        authorization.resource(),
        authorization.audience());
  }

  /** The same client when it acts as itself, which it does to list what a server offers. */
  private static UpstreamClient itself(UpstreamClient client) {
    return new UpstreamClient(
        UpstreamClient.Grant.CLIENT_CREDENTIALS,
        client.issuer(),
        client.tokenEndpoint(),
        client.id(),
        client.secret(),
        client.authentication(),
        client.scopes(),
        client.resource(),
        null);
  }

  @Override
  public void close() {
    toOperators.close();
    toTenants.close();
  }
}
