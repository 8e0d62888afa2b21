package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.http.McpHttpServer;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Payload;
import io.portolan.standalone.api.ManagementApi;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.jwt.AccessTokens;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.auth.resource.ProtectedResources;
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
  private final Authenticator authenticator;
  private final ManagementApi api;
  private final ProtectedResources resources;

  private Access(PortolanConfig config, OpenBooks books, Clock clock, StoredKeys keys)
      throws IOException {
    var auth = config.auth();
    var random = new SecureRandom();
    var adminKey = AdminKey.of(config.dataDir(), random);
    this.keys = keys;
    this.tokens = new AccessTokens(auth.issuers(), keys, clock, AccessTokens.Settings.DEFAULT);
    this.authenticator = new Authenticator(tokens, keys, auth.anonymous());
    this.resources =
        new ProtectedResources(
            auth.publicUrl(),
            auth.issuers().stream().map(Issuer::issuer).toList(),
            new ProtectedResources.Supported(Scopes.SUPPORTED, List.of(ApiIdentity.MANAGE)));
    var gatekeeper =
        new ApiIdentity(adminKey, new Authenticator(tokens, keys, Anonymous.REFUSED), resources);
    this.api =
        new ManagementApi(
            Management.endpoints(new Management.Parts(books.store(), keys, clock, random)),
            new ManagementApi.Doors(gatekeeper, Tenants.ALL),
            books.audit(),
            clock);
  }

  /**
   * Reads keys and revocations, and begins to look for changes of them.
   *
   * @param books the data directory's; the caller closes them afterwards
   * @throws IOException when the store cannot be read, or the admin key's file can neither be read
   *     nor made
   */
  public static Access start(PortolanConfig config, OpenBooks books, Clock clock)
      throws IOException {
    var keys = new StoredKeys(() -> Optional.of(books.store()), clock, StoredKeys.Timing.DEFAULT);
    try {
      var _ = keys.start();
    } catch (StoreUnavailableException e) {
      throw new IOException("API keys cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while API keys were read", e);
    }
    try {
      return new Access(config, books, clock, keys);
    } catch (IOException e) {
      keys.close();
      throw e;
    }
  }

  /** For the edge. */
  public McpHttpServer.Visitors visitors() {
    return new McpHttpServer.Visitors(new EdgeIdentity(authenticator, resources), this::page);
  }

  private Optional<Pages.Page> page(Pages.Visit visit) throws InterruptedException {
    var managed = api.answer(visit);
    if (managed.isPresent() || !visit.method().equals("GET")) {
      return managed;
    }
    var asked = visit.asked();
    return resources
        .document(asked.path(), asked.headers().first("Host"))
        .map(json -> new Pages.Page(200, SHORT_LIVED, Payload.of(json)));
  }

  /** The management API. */
  ManagementApi api() {
    return api;
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
