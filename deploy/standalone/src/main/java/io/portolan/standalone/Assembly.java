package io.portolan.standalone;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.AuditTrail;
import io.portolan.gateway.core.edge.AuditedGateway;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.UsageGateway;
import io.portolan.gateway.core.relay.Gateway;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.search.ToolFinder;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.upstream.UpstreamFactory;
import io.portolan.gateway.http.EdgeLimits;
import io.portolan.gateway.http.EdgeSettings;
import io.portolan.gateway.http.McpHttpServer;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.http.Telemetry;
import io.portolan.gateway.http.access.AccessLog;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.standalone.Books.WhenInUse;
import io.portolan.standalone.access.Access;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.registry.PinRules;
import io.portolan.standalone.registry.ServerInspector;
import io.portolan.standalone.registry.TenantServers;
import io.portolan.standalone.search.IndexedToolSearch;
import io.portolan.standalone.search.Models;
import io.portolan.standalone.secrets.ServerSecrets;
import io.portolan.standalone.secrets.VaultKeys;
import io.portolan.standalone.upstream.Consents;
import io.portolan.standalone.upstream.ServerCredentials;
import io.portolan.standalone.webhook.BillingEvents;
import io.portolan.standalone.webhook.WebhookSender;
import io.portolan.tenancy.SteadyClock;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.Resolver;
import io.portolan.tenancy.policy.ReloadablePolicy;
import io.portolan.tenancy.vault.SealedPlaceholders;
import io.portolan.tenancy.webhook.WebhookSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: the one place that knows implementations and puts them together. It wires
 * {@code gateway/http}, {@code gateway/core} and {@code gateway/upstream}.
 */
final class Assembly implements GatewayStarter {
  /** The edge bounds a call by this; how long a server may take is said in its definition. */
  private static final Duration CALL_MAX = Duration.ofMinutes(10);

  /** To each server, beside those of calls: for answers, cancellations and the gateway's probes. */
  private static final int OWN_CONNECTIONS = 64;

  /** What a connection may cost at most, so that all of them take a third of the heap. */
  private static final long CONNECTION_BYTES = 64 << 10;

  /** How long an approval waits until what it is about is in force. */
  private static final Duration PINS_SHOWN_WITHIN = Duration.ofSeconds(5);

  /** How long a key that was destroyed may be used yet. */
  private static final Duration PLACEHOLDER_KEYS_FRESH = Duration.ofMinutes(1);

  /** How soon a secret that another process set reaches its server. */
  private static final Duration SECRETS_LOOKED_AT = Duration.ofSeconds(2);

  @Override
  public RunningGateway start(PortolanConfig config, StartupEvents events) throws IOException {
    return start(config, events, WhenInUse.REFUSE);
  }

  @Override
  public RunningGateway startBeside(PortolanConfig config, StartupEvents events)
      throws IOException {
    return start(config, events, WhenInUse.TAKE_ANOTHER);
  }

  private static RunningGateway start(
      PortolanConfig config, StartupEvents events, WhenInUse whenInUse) throws IOException {
    var clock = Clock.systemUTC();
    Files.createDirectories(config.dataDir());
    var random = new SecureRandom();
    var sessionKey = SessionSecret.of(config, random);
    var accessLog = accessLog(config, clock);
    var counts = new LimitCounts();
    var telemetry = Telemetry.of(counts);
    var statements = new StoreMeters(telemetry.meters(), StoreCommand.SCHEMA);
    var vaultKeys = VaultKeys.of(config, System.getenv(), random);
    var books = Books.open(config.dataDir(), whenInUse, new Books.Tools(random, clock, statements));
    var vault = books.vault(vaultKeys, random);
    var guard = new OutboundGuard(config.outbound(), Resolver.SYSTEM);
    var reaching = new AtomicReference<@Nullable UpstreamFactory>();
    UpstreamFactory inspecting =
        definition -> Objects.requireNonNull(reaching.get(), "not started").create(definition);
    var pins = PinRules.of(config);
    var registry = books.servers(new ServerInspector(guard, vault, inspecting), pins);
    var access = Access.start(config, books, clock);
    var reached = new AtomicReference<>(config.auth().publicUrl());
    var consents = consents(access, reached, random, clock);
    var grants = new ServerCredentials.Grants(vault, consents, config.vault().tenant());
    var credentials = new ServerCredentials(access.subjects(), grants, guard, clock);
    var upstreams = new Upstreams(upstreamLimits(config, counts), guard, credentials::of);
    reaching.set(upstreams);
    var secrets = new ServerSecrets(vault, config.vault().tenant(), SECRETS_LOOKED_AT);
    var federation =
        new Federation(
            first(secrets, config),
            upstreams,
            federationSettings(config),
            clock,
            books.pinning(pins));
    var tenantServers = new TenantServers(registry, vault, federation);
    var settings = gatewaySettings(config);
    var sealing = LegacySessions.Sealing.inMemory(sessionKey, random, clock);
    var sessions = new LegacySessions(settings.sessions(), sealing, random);
    var policy = new ReloadablePolicy(config.policy());
    var quotas = books.quotas(config.metering().quotas(), access::quotas);
    var billing =
        new BillingEvents(
            books.webhooks(),
            books.store(),
            books.usage(),
            clock,
            WebhookSettings.DEFAULT.lookInterval());
    var sender = new WebhookSender(books.webhooks(), guard);
    var prices = new Prices(config.metering().costs());
    var trail = new AuditTrail(books.audit(), whose(config), counts, clock);
    var search = new IndexedToolSearch(() -> Models.best(clock), vectorsKept(), clock);
    var gateway =
        new Gateway(
            federation,
            settings,
            new Gateway.Shared(
                sessions,
                counts,
                random,
                new Gateway.Meters(billing.watched(quotas), prices),
                new Gateway.Rights(
                    policy,
                    books.approvals(),
                    trail,
                    new SealedPlaceholders(vault, PLACEHOLDER_KEYS_FRESH)),
                finder(config, search)));
    consents.onGranted(gateway::elicitationComplete);
    access.toolSearch().over(gateway::findTools);
    var audited = new AuditedGateway(new UsageGateway(gateway, books.usage()), trail);
    var edge =
        new McpHttpServer(
            edgeSettings(config), audited, accessLog, visitors(access, consents), telemetry);
    try {
      edge.start();
      reached.compareAndSet(null, RunningAssembly.endpoint(config.listen().host(), edge.port()));
      books.onPins(
          (owner, handle) -> look(federation, owner == null ? handle : owner + "/" + handle));
      books.onSecrets(secrets::look);
      books.onSecrets(tenantServers::secretsChanged);
      var replaceable = new RunningAssembly.Replaceable(trail, policy, quotas, prices);
      var core =
          new RunningAssembly.Core(
              gateway,
              replaceable,
              secrets,
              tenantServers,
              credentials,
              () -> {
                billing.close();
                sender.close();
                search.close();
              });
      var _ = billing.start();
      var _ = sender.start();
      books.keepAudit(config);
      var parts = new RunningAssembly.Parts(edge, core, federation, upstreams, access, books);
      return new RunningAssembly(config, parts).start(events);
    } catch (IOException e) {
      edge.close();
      search.close();
      access.close();
      upstreams.close();
      credentials.close();
      books.close();
      throw e;
    }
  }

  private static @Nullable ToolFinder finder(PortolanConfig config, IndexedToolSearch search) {
    var section = config.toolSearch();
    return switch (section.enabled()) {
      case OFF -> null;
      case ON -> new ToolFinder(search, new ToolFinder.Offer(section.fromTools(), section.list()));
    };
  }

  /** Vectors of tools have some 2 KB each: all of them may take a sixteenth of the heap. */
  private static int vectorsKept() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / 16 / 2048, 1_000, 100_000);
  }

  /**
   * Where users allow the use of servers.
   *
   * @param reached where browsers find the gateway, as soon as that is known
   */
  private static Consents consents(
      Access access, AtomicReference<@Nullable URI> reached, SecureRandom random, Clock clock) {
    Supplier<URI> url = () -> Objects.requireNonNull(reached.get(), "the edge has not started");
    Consents.SignIn signIn = credential -> access.who(credential, url.get().getRawAuthority());
    return new Consents(url, signIn, random, SteadyClock.setBy(clock));
  }

  private static McpHttpServer.Visitors visitors(Access access, Consents consents) {
    var visitors = access.visitors();
    Pages pages =
        visit -> {
          var page = consents.answer(visit);
          return page.isPresent() ? page : visitors.pages().answer(visit);
        };
    return new McpHttpServer.Visitors(visitors.identity(), pages);
  }

  private static List<ServerDefinition> first(ServerSecrets secrets, PortolanConfig config)
      throws IOException {
    try {
      return secrets.first(config.servers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while secrets were read", e);
    }
  }

  private static void look(Federation federation, String server) {
    try {
      federation.refresh(server, EnumSet.allOf(ListKind.class), PINS_SHOWN_WITHIN);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whose requests are in the audit log. */
  static AuditTrail.Whose whose(PortolanConfig config) {
    return switch (config.audit().scope()) {
      case SIGNED_IN -> AuditTrail.Whose.SIGNED_IN;
      case EVERYBODY -> AuditTrail.Whose.EVERYBODY;
    };
  }

  private static UpstreamLimits upstreamLimits(PortolanConfig config, LimitCounts counts) {
    var normal = UpstreamLimits.DEFAULT;
    return new UpstreamLimits(
        config.limits().responseBytesMax(),
        config.resilience().callsPerServerMax() + OWN_CONNECTIONS,
        normal.idleEviction(),
        normal.connectTimeout(),
        config.limits().connectTimeout(),
        Math.min(normal.lineBytesMax(), config.limits().responseBytesMax()),
        normal.stderrBytesMax(),
        counts);
  }

  private static Federation.Settings federationSettings(PortolanConfig config) {
    var resilience = config.resilience();
    return Federation.Settings.DEFAULT.with(
        resilience.gracePeriod(),
        new GuardSettings(
            resilience.callsPerServerMax(),
            resilience.waitingPerServerMax(),
            resilience.waitingMax(),
            resilience.failuresToOpen(),
            resilience.openMin(),
            resilience.openMax(),
            resilience.retryPercent()));
  }

  private static Gateway.Settings gatewaySettings(PortolanConfig config) {
    var limits = config.limits();
    return new Gateway.Settings(
        JsonLimits.INBOUND.withBytesMax(limits.requestBytesMax()),
        new SessionLimits(
            limits.sessionsMax(),
            limits.sessionsPerPrincipalMax(),
            limits.streamsPerSessionMax(),
            limits.streamsPerPrincipalMax(),
            limits.sessionIdleTimeout(),
            limits.sessionLifetimeMax(),
            Math.min(SessionLimits.DEFAULT.replayBytesMax(), Runtime.getRuntime().maxMemory() / 8)),
        Gateway.Settings.DEFAULT.keepAlive());
  }

  private static EdgeSettings edgeSettings(PortolanConfig config) {
    var normal = EdgeLimits.DEFAULT;
    return new EdgeSettings(
        config.listen().host(),
        config.listen().port(),
        config.webAccess().allowedHosts(),
        allowedOrigins(config),
        new EdgeLimits(
            config.limits().requestBytesMax(),
            normal.headBytesMax(),
            Math.min(normal.connectionsMax(), connectionsOfHeap()),
            normal.headTimeout(),
            normal.bodyTimeout(),
            normal.bodyBytesPerSecond(),
            normal.idleTimeout(),
            normal.writeTimeout(),
            CALL_MAX,
            normal.memoryBytesMax(),
            config.limits().drainTimeout()));
  }

  /** The gateway's own pages send their forms from where browsers reach it. */
  private static Set<String> allowedOrigins(PortolanConfig config) {
    var own = config.auth().publicUrl();
    var origins = new HashSet<>(config.webAccess().allowedOrigins());
    if (own != null) {
      origins.add(own.getScheme() + "://" + own.getRawAuthority());
    }
    return origins;
  }

  /** A small heap takes fewer connections: each may cost some 20 KiB. */
  private static int connectionsOfHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / CONNECTION_BYTES, 100, 1_000_000);
  }

  private static AccessLog accessLog(PortolanConfig config, Clock clock) throws IOException {
    return switch (config.accessLog()) {
      case STDOUT -> AccessLog.to(new FileOutputStream(FileDescriptor.out), clock);
      case FILE -> AccessLog.toFile(config.dataDir().resolve("access.log"), clock);
      case OFF -> AccessLog.off();
    };
  }
}
