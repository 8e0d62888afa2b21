package io.portolan.standalone;

import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.stored.PinDesk;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.registry.stored.StoredServers;
import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.OpenBooks;
import io.portolan.standalone.access.SecretFile;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.registry.PinApi;
import io.portolan.standalone.registry.PinRules;
import io.portolan.standalone.registry.RegistryApi;
import io.portolan.standalone.registry.ServerApi;
import io.portolan.standalone.registry.ServerInspector;
import io.portolan.standalone.registry.StoredPinning;
import io.portolan.standalone.secrets.SecretApi;
import io.portolan.standalone.secrets.VaultKeys;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.approval.ApprovalSettings;
import io.portolan.tenancy.approval.StoredApprovals;
import io.portolan.tenancy.audit.AuditKeys;
import io.portolan.tenancy.audit.AuditSettings;
import io.portolan.tenancy.audit.PeriodicRetention;
import io.portolan.tenancy.audit.StoredAuditLog;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.Resolver;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.quota.QuotaSettings;
import io.portolan.tenancy.quota.StoredQuotas;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.embedded.StoreFiles;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import io.portolan.tenancy.usage.StoredUsage;
import io.portolan.tenancy.usage.UsageSettings;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.webhook.WebhookSettings;
import io.portolan.tenancy.webhook.Webhooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The store of the data directory, and what is kept in it. */
final class Books implements OpenBooks {
  /** The directory of the store inside the data directory. */
  static final String STORE = "store";

  private static final String AUDIT_SECRET = "audit-secret";

  /** Gateways of {@code stdio} bridges beside the first one in a data directory. */
  private static final int BESIDE_MAX = 64;

  private final Store store;
  private final StoredAuditLog audit;
  private final Clock clock;
  private final StoredUsage usage;
  private final PeriodicRetention retention;
  private volatile @Nullable Webhooks webhooks;
  private final Set<TenantId> named = ConcurrentHashMap.newKeySet();
  private final List<StoredQuotas> quotas = new CopyOnWriteArrayList<>();
  private final List<StoredServers> servers = new CopyOnWriteArrayList<>();
  private final List<Upstreams> looking = new CopyOnWriteArrayList<>();
  private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
  private final List<Runnable> onSecrets = new CopyOnWriteArrayList<>();
  private final List<PinApi.PinsChanged> onPins = new CopyOnWriteArrayList<>();

  private Books(Store store, AuditKeys keys, StoredAuditLog audit, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.clock = clock;
    this.usage = new StoredUsage(store, UsageSettings.DEFAULT, clock).start();
    this.retention = new PeriodicRetention(store, keys, this::auditedTenants, clock).start();
  }

  private Set<TenantId> auditedTenants() {
    var all = new HashSet<>(named);
    all.addAll(audit.tenants());
    return all;
  }

  /** What to do when another process has the data directory's store. */
  enum WhenInUse {
    /** Two gateways on one store would count and remember apart. */
    REFUSE,
    /** A gateway for one client beside others keeps books of its own. */
    TAKE_ANOTHER
  }

  /**
   * What they are kept with.
   *
   * @param statements hears of each statement to the store
   */
  record Tools(SecureRandom random, Clock clock, StatementMetrics statements) {}

  /**
   * Opens them.
   *
   * @throws IOException when that cannot be done safely; the message says what to do
   */
  static Books open(Path dataDir, WhenInUse whenInUse, Tools tools) throws IOException {
    var keys = keys(dataDir, tools.random());
    StoreRefusedException inUse = null;
    for (var directory : whenInUse == WhenInUse.REFUSE ? first(dataDir) : places(dataDir)) {
      try {
        return in(directory, keys, tools);
      } catch (StoreRefusedException e) {
        if (e.reason() != Reason.IN_USE) {
          throw new IOException(e.getMessage(), e);
        }
        inUse = inUse == null ? e : inUse;
      }
    }
    throw new IOException(inUse == null ? "no place for a store" : inUse.getMessage(), inUse);
  }

  private static Books in(Path directory, AuditKeys keys, Tools tools)
      throws StoreRefusedException {
    var clock = tools.clock();
    var store = EmbeddedStore.open(directory, StoreCommand.SCHEMA, clock, tools.statements());
    var audit = new StoredAuditLog(store, shard(directory), keys, AuditSettings.DEFAULT, clock);
    return new Books(store, keys, audit, clock);
  }

  /** The name of the chains in a store: one process has an embedded store, and one shard in it. */
  static String shard(Path store) {
    return store.getFileName().toString().replace(STORE, "gateway");
  }

  /** The keys of the data directory's audit log, made when there are none. */
  private static AuditKeys keys(Path dataDir, SecureRandom random) throws IOException {
    return keys(
        dataDir.resolve(AUDIT_SECRET),
        SecretFile.readOrMake(dataDir.resolve(AUDIT_SECRET), () -> fresh(random)));
  }

  /** The keys of a data directory that has some. */
  static AuditKeys existingKeys(Path dataDir) throws IOException {
    var file = dataDir.resolve(AUDIT_SECRET);
    if (!Files.exists(file)) {
      throw new IOException("there is no " + file + "; name the key with --public-key");
    }
    return keys(file, SecretFile.read(file));
  }

  private static AuditKeys keys(Path file, byte[] secret) throws IOException {
    if (secret.length < AuditKeys.SECRET_BYTES_MIN) {
      throw new IOException(
          file
              + " has "
              + secret.length
              + " bytes; expected a secret of at least "
              + AuditKeys.SECRET_BYTES_MIN
              + " random bytes");
    }
    return AuditKeys.of(secret);
  }

  private static byte[] fresh(SecureRandom random) {
    var secret = new byte[AuditKeys.SECRET_BYTES_MIN];
    random.nextBytes(secret);
    return secret;
  }

  private static List<Path> first(Path dataDir) {
    return List.of(dataDir.resolve(STORE));
  }

  private static List<Path> places(Path dataDir) {
    var places = new ArrayList<>(first(dataDir));
    for (int i = 2; i <= BESIDE_MAX; i++) {
      places.add(dataDir.resolve(STORE + "-" + i));
    }
    return places;
  }

  /** Asks the management API of a data directory, whether a gateway runs or not. */
  static ApiClient client(PortolanConfig config) {
    return new ApiClient(
        config,
        () -> {
          var random = new SecureRandom();
          var keys = VaultKeys.of(config, System.getenv(), random);
          var books =
              open(
                  config.dataDir(),
                  WhenInUse.REFUSE,
                  new Tools(random, Clock.systemUTC(), StatementMetrics.NONE));
          var vault = books.vault(keys, random);
          var guard = new OutboundGuard(config.outbound(), Resolver.SYSTEM);
          var upstreams =
              new Upstreams(UpstreamLimits.DEFAULT, guard, _ -> UpstreamCredentials.NONE);
          books.looking.add(upstreams);
          var _ = books.servers(new ServerInspector(guard, vault, upstreams), PinRules.of(config));
          return books;
        });
  }

  /** The directories of a data directory in which there are books. */
  static List<Path> existing(Path dataDir) {
    return places(dataDir).stream().filter(place -> new StoreFiles(place).exist()).toList();
  }

  /** The vault of these books, which can be managed from then on. */
  Vault vault(VaultKeys keys, SecureRandom random) {
    var vault = new Vault(store, keys.ring(), random, clock);
    Runnable changed = () -> onSecrets.forEach(Runnable::run);
    endpoints.addAll(new SecretApi(vault, keys, changed).endpoints());
    webhooks = new Webhooks(store, vault, random, clock, WebhookSettings.DEFAULT);
    return vault;
  }

  /**
   * The servers that tenants registered, which can be managed from then on; closed with the books.
   *
   * @param inspector looks at servers before they are registered
   * @param rules say what of them needs an approval
   * @throws IOException when the store cannot be read
   */
  StoredServers servers(ServerInspector inspector, PinRules rules) throws IOException {
    var stored = new StoredServers(store, StoredServers.Timing.DEFAULT);
    try {
      var _ = stored.start();
    } catch (StoreUnavailableException e) {
      throw new IOException("registered servers cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while registered servers were read", e);
    }
    servers.add(stored);
    var desk = new ServerDesk(store, stored, clock);
    var pins = new PinDesk(store, clock);
    PinApi.PinsChanged approved = (owner, name) -> onPins.forEach(each -> each.of(owner, name));
    endpoints.addAll(new ServerApi(desk, inspector, pins, rules, approved, clock).endpoints());
    endpoints.addAll(new PinApi(pins, desk, rules, approved).endpoints());
    endpoints.addAll(new RegistryApi(desk, inspector.guard(), clock).endpoints());
    return stored;
  }

  /** What is in force of servers. */
  StoredPinning pinning(PinRules rules) {
    return new StoredPinning(new PinDesk(store, clock), rules, audit, webhooks(), clock);
  }

  /** Tells of each server of which something was approved in this process. */
  void onPins(PinApi.PinsChanged listener) {
    onPins.add(listener);
  }

  /** Tells of each change of a secret that is made in this process. */
  void onSecrets(Runnable listener) {
    onSecrets.add(listener);
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  /** Those whose secrets are in the vault, which was made before. */
  @Override
  public Webhooks webhooks() {
    return Objects.requireNonNull(webhooks, "the vault comes first");
  }

  /**
   * Quotas by these rules, closed with the books.
   *
   * @param ofTenants those of one tenant beside them
   */
  StoredQuotas quotas(List<QuotaRule> rules, Function<TenantId, List<QuotaRule>> ofTenants) {
    var made =
        new StoredQuotas(
            rules, ofTenants, store, QuotaSettings.DEFAULT, StoredQuotas.Clocks.of(clock));
    quotas.add(made);
    return made;
  }

  /** What people approved of. */
  StoredApprovals approvals() {
    return new StoredApprovals(store, ApprovalSettings.DEFAULT, clock);
  }

  /**
   * How long audit records are kept from now on: of the tenants that the configuration names, and
   * of those that were heard of since the start.
   */
  void keepAudit(PortolanConfig config) {
    named.add(TenantId.DEVELOPMENT);
    for (var issuer : config.auth().issuers()) {
      switch (issuer.tenant()) {
        case Issuer.TenantRule.Fixed(var tenant) -> named.add(tenant);
        case Issuer.TenantRule.Claimed(var _, var allowed) -> named.addAll(allowed);
      }
    }
    retention.keep(config.audit().retentionDays());
  }

  @Override
  public Store store() {
    return store;
  }

  @Override
  public StoredAuditLog audit() {
    return audit;
  }

  @Override
  public StoredUsage usage() {
    return usage;
  }

  @Override
  public void close() {
    looking.forEach(Upstreams::close);
    servers.forEach(StoredServers::close);
    retention.close();
    quotas.forEach(StoredQuotas::close);
    audit.close();
    usage.close();
    store.close();
  }
}
