package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.tenants.TenantTables.All;
import io.portolan.tenancy.tenants.TenantTables.Named;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of a store, in memory. What another gateway changes is seen within {@link
 * Timing#interval}; when the store cannot be read for longer than {@link Timing#staleMax}, nobody
 * is let in, because a tenant may have been suspended meanwhile. Thread-safe.
 */
public final class StoredTenants implements Tenants, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StoredTenants.class.getName());

  /** Versions are read now and then though the head did not change: clocks of nodes may differ. */
  private static final int LOOKS_PER_WHOLE = 30;

  /**
   * How often the store is looked at, and for how long its word is good.
   *
   * @param interval between two looks
   * @param readMax how long one look may take
   * @param staleMax after which nothing is relied on any more
   */
  public record Timing(Duration interval, Duration readMax, Duration staleMax) {
    /** A second, ten, and thirty. */
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  private final Store store;
  private final Timing timing;
  private final Map<TenantId, KnownTenant> known = new ConcurrentHashMap<>();
  private final Map<String, UUID> versions = new HashMap<>(); // guarded by this
  private final Thread thread = Thread.ofVirtual().name("tenants").unstarted(this::watch);
  private @Nullable UUID head; // guarded by this
  private int looks; // guarded by this
  private volatile long seenNanos;
  private volatile boolean seen;

  /**
   * @param store opened with {@link TenantTables#ALL}
   */
  public StoredTenants(Store store, Timing timing) {
    this.store = store;
    this.timing = timing;
  }

  /**
   * Reads all there is, and goes on looking for changes.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public StoredTenants start() throws InterruptedException {
    look();
    thread.start();
    return this;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(timing.interval());
        try {
          look();
        } catch (StoreUnavailableException | StoreDamagedException e) {
          LOG.log(System.Logger.Level.WARNING, "tenants cannot be read: " + e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  /**
   * Takes in what changed. Reads while it holds this object's lock, which nothing that serves a
   * request waits for.
   */
  synchronized void look() throws InterruptedException {
    var began = System.nanoTime();
    var deadline = Deadline.in(timing.readMax());
    var system = store.at(TenantId.SYSTEM, deadline);
    var newest =
        system.get(TenantTables.HEAD.at(new All()), new Only()).map(TenantTables.Head::version);
    var whole = looks++ % LOOKS_PER_WHOLE == 0;
    if (whole || !newest.equals(Optional.ofNullable(head))) {
      var changed = new HashMap<String, UUID>();
      TenantRows.each(
          system,
          TenantTables.VERSIONS.at(new All()),
          row -> {
            if (!row.version().equals(versions.get(row.key().id()))) {
              changed.put(row.key().id(), row.version());
            }
          });
      for (var each : changed.entrySet()) {
        read(new TenantId(each.getKey()), deadline);
        versions.put(each.getKey(), each.getValue());
      }
      head = newest.orElse(null);
    }
    seenNanos = began;
    seen = true;
  }

  private void read(TenantId id, Deadline deadline) throws InterruptedException {
    var mine = store.at(id, deadline);
    var row =
        store
            .at(TenantId.SYSTEM, deadline)
            .get(TenantTables.TENANTS.at(new All()), new Named(id.value()));
    if (row.isEmpty()) {
      return; // A version without a tenant: what makes it is under way elsewhere.
    }
    var members = new HashMap<String, Member>();
    TenantRows.each(
        mine,
        TenantTables.MEMBERS.at(new All()),
        each -> members.put(each.key().subject(), TenantRows.member(each)));
    var roles = new HashMap<String, CustomRole>();
    TenantRows.each(
        mine,
        TenantTables.ROLES.at(new All()),
        each ->
            roles.put(
                each.key().name(),
                new CustomRole(each.key().name(), TenantRows.words(each.includes()))));
    var quotas = new ArrayList<QuotaRule>();
    TenantRows.each(
        mine, TenantTables.QUOTAS.at(new All()), each -> quotas.add(TenantRows.quota(each)));
    known.put(id, new KnownTenant(TenantRows.tenant(row.get()), members, roles, quotas));
  }

  private boolean isFresh() {
    return seen && System.nanoTime() - seenNanos <= timing.staleMax().toNanos();
  }

  @Override
  public Standing of(TenantId tenant) {
    if (!isFresh()) {
      return Standing.UNCLEAR;
    }
    var found = known.get(tenant);
    return found == null ? Standing.UNKNOWN : found.tenant().standing();
  }

  @Override
  public Caller known(Caller caller) {
    var found = known.get(caller.tenant());
    return found == null ? caller : found.known(caller);
  }

  /** The tenant of this id, whether it is active or suspended; empty of a deleted one. */
  public Optional<Tenant> find(TenantId id) {
    return Optional.ofNullable(known.get(id))
        .map(KnownTenant::tenant)
        .filter(tenant -> tenant.standing() != Standing.DELETED);
  }

  /** Tenants in the order of their ids, after one of them; no deleted ones. */
  public List<Tenant> page(@Nullable String after, int limit) {
    return known.values().stream()
        .map(KnownTenant::tenant)
        .filter(tenant -> tenant.standing() != Standing.DELETED)
        .filter(tenant -> after == null || tenant.id().value().compareTo(after) > 0)
        .sorted(Comparator.comparing(tenant -> tenant.id().value()))
        .limit(limit)
        .toList();
  }

  /** How many ids were ever used. */
  int count() {
    return known.size();
  }

  /** A tenant's members in the order of their subjects, after one of them. */
  public List<Member> members(TenantId id, @Nullable String after, int limit) {
    var found = known.get(id);
    return found == null
        ? List.of()
        : new TreeMap<>(found.members())
            .values().stream()
                .filter(member -> after == null || member.subject().compareTo(after) > 0)
                .limit(limit)
                .toList();
  }

  /** What a tenant says of a member. */
  public Optional<Member> member(TenantId id, String subject) {
    return Optional.ofNullable(known.get(id)).map(found -> found.members().get(subject));
  }

  int countOfMembers(TenantId id) {
    var found = known.get(id);
    return found == null ? 0 : found.members().size();
  }

  /** What the callers of a tenant may use, beside what the configuration says. */
  public List<QuotaRule> quotas(TenantId id) {
    var found = known.get(id);
    return found == null ? List.of() : found.quotas();
  }

  /** The roles a tenant made, by name. */
  public List<CustomRole> roles(TenantId id) {
    var found = known.get(id);
    return found == null ? List.of() : List.copyOf(new TreeMap<>(found.roles()).values());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
