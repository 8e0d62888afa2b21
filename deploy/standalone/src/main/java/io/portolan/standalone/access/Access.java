package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.http.McpHttpServer;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Payload;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.ManagementApi;
import io.portolan.standalone.config.Auth;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.Presented;
import io.portolan.tenancy.auth.jwt.AccessTokens;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.auth.jwt.StoredIssuers;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.auth.resource.ProtectedResources;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.auth.upstream.SubjectTokens;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.Resolver;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.tenants.StoredTenants;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Assembles who may come in and what they find beside MCP, from the configuration. */
public final class Access implements AutoCloseable {
  private static final List<Reply.Header> SHORT_LIVED =
      List.of(new Reply.Header("Cache-Control", "public, max-age=300"));
  private static final Duration TENANTS_WITHIN = Duration.ofMinutes(1);

  private final StoredKeys keys;
  private final StoredTenants tenants;
  private final StoredIssuers issuers;
  private final AccessTokens tokens;
  private final SafeFetch fetch;
  private final Authenticator authenticator;
  private final SubjectTokens subjects = new SubjectTokens();
  private final ToolSearchApi toolSearch;
  private final ManagementApi api;
  private final ProtectedResources resources;
  private final List<TenantId> tenantsMade;

  private Access(
      PortolanConfig config,
      OpenBooks books,
      Management.Parts parts,
      AdminKey adminKey,
      Tokens tokens,
      List<TenantId> tenantsMade) {
    var auth = config.auth();
    this.keys = parts.keys();
    this.tenants = parts.tenants();
    this.tenantsMade = List.copyOf(tenantsMade);
    this.issuers = parts.issuers();
    this.tokens = tokens.tokens();
    this.fetch = tokens.fetch();
    this.authenticator = new Authenticator(this.tokens, keys, auth.anonymous(), tenants, subjects);
    this.resources =
        new ProtectedResources(
            auth.publicUrl(),
            auth.issuers().stream().map(Issuer::issuer).toList(),
            new ProtectedResources.Supported(Scopes.SUPPORTED, List.of(ApiIdentity.MANAGE)));
    var signedIn = new Authenticator(this.tokens, keys, Anonymous.REFUSED, tenants);
    this.toolSearch = new ToolSearchApi();
    this.api =
        new ManagementApi(
            endpoints(parts, books, toolSearch),
            new ManagementApi.Doors(
                new ApiIdentity(adminKey, signedIn, authenticator, resources), tenants),
            books.audit(),
            parts.clock());
  }

  /**
   * Reads tenants, keys and revocations, and begins to look for changes of them. Makes the tenants
   * that the configuration names, and {@code development}.
   *
   * @param books the data directory's; the caller closes them afterwards
   * @throws IOException when the store cannot be used, or the admin key's file can neither be read
   *     nor made
   */
  public static Access start(PortolanConfig config, OpenBooks books, Clock clock)
      throws IOException {
    var random = new SecureRandom();
    var adminKey = AdminKey.of(config.dataDir(), random);
    var keys = new StoredKeys(() -> Optional.of(books.store()), clock, StoredKeys.Timing.DEFAULT);
    var tenants = new StoredTenants(books.store(), StoredTenants.Timing.DEFAULT);
    var tokens = tokens(config, keys, clock);
    var issuers = new StoredIssuers(books.store(), tokens.tokens()::follow);
    var parts = new Management.Parts(books, keys, tenants, issuers, tokens.fetch(), clock, random);
    try {
      var _ = keys.start();
      var _ = tenants.start();
      var _ = issuers.start();
      books.webhooks().look(Deadline.in(TENANTS_WITHIN));
      var desk = Management.tenantDesk(parts);
      var made = desk.declare(declared(config.auth(), keys), Deadline.in(TENANTS_WITHIN));
      desk.finishDeletions(Deadline.in(TENANTS_WITHIN));
      return new Access(config, books, parts, adminKey, tokens, made);
    } catch (StoreUnavailableException e) {
      keys.close();
      tenants.close();
      issuers.close();
      tokens.close();
      throw new IOException("API keys and tenants cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      keys.close();
      tenants.close();
      issuers.close();
      tokens.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while API keys and tenants were read", e);
    }
  }

  /** What judges access tokens, and its way to the keys of tenants' issuers. */
  private record Tokens(AccessTokens tokens, SafeFetch fetch) {
    void close() {
      tokens.close();
      fetch.close();
    }
  }

  private static Tokens tokens(PortolanConfig config, StoredKeys keys, Clock clock) {
    var guard = new OutboundGuard(config.outbound(), Resolver.SYSTEM);
    var fetch = new SafeFetch(guard, SafeFetch.Trust.NOBODY);
    return new Tokens(
        new AccessTokens(
            config.auth().issuers(), keys, clock, AccessTokens.Settings.DEFAULT, fetch::text),
        fetch);
  }

  /** Tenants that must be there: of anonymous callers, of issuers, of keys made before. */
  private static Set<TenantId> declared(Auth auth, StoredKeys keys) {
    var declared = new TreeSet<TenantId>((a, b) -> a.value().compareTo(b.value()));
    declared.add(TenantId.DEVELOPMENT);
    declared.addAll(keys.tenants());
    for (var issuer : auth.issuers()) {
      switch (issuer.tenant()) {
        case Issuer.TenantRule.Fixed(var tenant) -> declared.add(tenant);
        case Issuer.TenantRule.Claimed(var _, var allowed) -> declared.addAll(allowed);
      }
    }
    declared.remove(TenantId.SYSTEM);
    return declared;
  }

  private static List<Endpoint> endpoints(
      Management.Parts parts, OpenBooks books, ToolSearchApi toolSearch) {
    var all = new ArrayList<>(Management.endpoints(parts));
    all.addAll(books.endpoints());
    all.addAll(toolSearch.endpoints());
    return all;
  }

  /** The access tokens that callers come with, for servers with token exchange. */
  public SubjectTokens subjects() {
    return subjects;
  }

  /**
   * Who shows a key or token in a browser, as they would to the federated endpoint.
   *
   * @param authority host and port under which the browser reaches the gateway
   */
  public Optional<Principal> who(String credential, String authority) throws InterruptedException {
    var resource = resources.resource("/mcp", authority);
    var presented = new Presented("Bearer " + credential, "", resource);
    return authenticator.authenticate(presented) instanceof Authentication.Authenticated(var caller)
            && !caller.isAnonymous()
        ? Optional.of(caller.principal())
        : Optional.empty();
  }

  /** What the callers of a tenant may use, beside what the configuration says. */
  public List<QuotaRule> quotas(TenantId tenant) {
    return tenants.quotas(tenant);
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

  /** The tenants that were made at this start. */
  public List<TenantId> tenantsMade() {
    return tenantsMade;
  }

  /** What searches tools, as soon as there is a gateway. */
  public ToolSearchApi toolSearch() {
    return toolSearch;
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
    tenants.close();
    issuers.close();
    tokens.close();
    fetch.close();
  }
}
