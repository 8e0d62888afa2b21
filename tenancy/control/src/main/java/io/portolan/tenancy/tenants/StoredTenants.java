package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.store.ChangeFollower;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.tenants.TenantTables.All;
import io.portolan.tenancy.tenants.TenantTables.Named;
import io.portolan.tenancy.tenants.TenantTables.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of a store, in memory. What another gateway changes is seen within {@link
 * Timing#interval}; when the store cannot be read for longer than {@link Timing#staleMax}, nobody
 * is let in, because a tenant may have been suspended meanwhile. Thread-safe.
 */
public final class StoredTenants implements Tenants, AutoCloseable {
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

  private final Timing timing;
  private final Map<TenantId, KnownTenant> known = new ConcurrentHashMap<>();
  private final ChangeFollower<Named> follower;

  /**
   * @param store opened with {@link TenantTables#ALL}
   */
  public StoredTenants(Store store, Timing timing) {
    this.timing = timing;
    this.follower =
        new ChangeFollower<>(
            new ChangeFollower.Followed<>(
                "tenants",
                ChangeFollower.head(TenantTables.HEAD.at(new All()), TenantTables.Head::version),
                ChangeFollower.versions(
                    TenantTables.VERSIONS.at(new All()), Version::key, Version::version)),
            new ChangeFollower.Timing(timing.interval(), timing.readMax()),
            () -> Optional.of(store),
            this::read);
  }

  /**
   * Reads all there is, and goes on looking for changes.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public StoredTenants start() throws InterruptedException {
    follower.start();
    return this;
  }

  /** Takes in what changed. */
  void look() throws InterruptedException {
    follower.look();
  }

  private void read(Store store, Named named, Deadline deadline) throws InterruptedException {
    var id = new TenantId(named.id());
    var mine = store.at(id, deadline);
    var row = store.at(TenantId.SYSTEM, deadline).get(TenantTables.TENANTS.at(new All()), named);
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
    return follower.lookedWithin(timing.staleMax());
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
    follower.close();
  }
}
