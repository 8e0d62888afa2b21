package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.http.McpHttpServer;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Payload;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.jwt.AccessTokens;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.auth.resource.ProtectedResources;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Assembles who may come in and what they find beside MCP, from the configuration. */
public final class Access implements AutoCloseable {
  private static final List<Reply.Header> SHORT_LIVED =
      List.of(new Reply.Header("Cache-Control", "public, max-age=300"));

  private final StoredKeys keys;
  private final AccessTokens tokens;
  private final McpHttpServer.Visitors visitors;

  private Access(StoredKeys keys, AccessTokens tokens, McpHttpServer.Visitors visitors) {
    this.keys = keys;
    this.tokens = tokens;
    this.visitors = visitors;
  }

  /**
   * Reads keys and revocations, and begins to look for changes of them.
   *
   * @param store the data directory's; the caller closes it afterwards
   * @throws IOException when the store cannot be read, or the admin key's file can neither be read
   *     nor made
   */
  public static Access start(PortolanConfig config, Store store, Clock clock) throws IOException {
    var auth = config.auth();
    var random = new SecureRandom();
    var adminKey = AdminKey.of(config.dataDir(), random);
    var keys = new StoredKeys(() -> Optional.of(store), clock, StoredKeys.Timing.DEFAULT);
    try {
      var _ = keys.start();
    } catch (StoreUnavailableException e) {
      throw new IOException("API keys cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while API keys were read", e);
    }
    var tokens = new AccessTokens(auth.issuers(), keys, clock, AccessTokens.Settings.DEFAULT);
    var resources =
        new ProtectedResources(
            auth.publicUrl(),
            auth.issuers().stream().map(Issuer::issuer).toList(),
            Scopes.SUPPORTED);
    var identity = new EdgeIdentity(new Authenticator(tokens, keys, auth.anonymous()), resources);
    var api = new KeyApi(store, keys, adminKey, clock, random);
    return new Access(keys, tokens, new McpHttpServer.Visitors(identity, pages(resources, api)));
  }

  private static Pages pages(ProtectedResources resources, KeyApi api) {
    return visit -> {
      var asked = visit.asked();
      if (KeyApi.isHere(asked.path())) {
        return Optional.of(api.answer(visit));
      }
      return visit.method().equals("GET")
          ? resources
              .document(asked.path(), asked.headers().first("Host"))
              .map(json -> new Pages.Page(200, SHORT_LIVED, Payload.of(json)))
          : Optional.empty();
    };
  }

  /** For the edge. */
  public McpHttpServer.Visitors visitors() {
    return visitors;
  }

  /** Makes this process findable for {@code portolan key}, until the result is closed. */
  public RunningFile announce(PortolanConfig config, URI endpoint) throws IOException {
    return RunningFile.write(config.dataDir(), endpoint);
  }

  @Override
  public void close() {
    keys.close();
    tokens.close();
  }
}
