package io.portolan.tenancy.tenants;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants.Standing;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.tenants.TenantTables.MemberRow;
import io.portolan.tenancy.tenants.TenantTables.Named;
import io.portolan.tenancy.tenants.TenantTables.QuotaRow;
import io.portolan.tenancy.tenants.TenantTables.TenantRow;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Between rows and what they mean. Stateless. */
final class TenantRows {
  private static final int PAGE_ROWS = 1000;

  private TenantRows() {}

  static <C extends Record, R extends Record> void each(
      TenantStore store, Partition<C, R> partition, Consumer<R> action)
      throws InterruptedException {
    var slice = Slice.<C>all(PAGE_ROWS);
    while (true) {
      var page = store.slice(partition, slice);
      page.rows().forEach(action);
      if (page.next() == null) {
        return;
      }
      slice = slice.after(page.next());
    }
  }

  static Tenant tenant(TenantRow row) {
    var profile = new Profile(row.name(), row.homeRegion(), words(row.residency()));
    return new Tenant(
        new TenantId(row.key().id()), row.standing(), profile, row.createdAt(), row.version());
  }

  static TenantRow row(Tenant tenant, @Nullable Instant erasedAt) {
    var profile = tenant.profile();
    return new TenantRow(
        new Named(tenant.id().value()),
        tenant.standing(),
        profile.name(),
        profile.homeRegion(),
        joined(profile.residency()),
        tenant.createdAt(),
        erasedAt,
        tenant.version());
  }

  /** What stays of a deleted tenant: nothing but that there was one. */
  static Tenant tombstone(Tenant tenant) {
    return new Tenant(
        tenant.id(),
        Standing.DELETED,
        Profile.named(tenant.id().value()),
        tenant.createdAt(),
        tenant.version() + 1);
  }

  static QuotaRule quota(QuotaRow row) {
    return new QuotaRule(row.key().scope(), row.key().name(), row.key().measure(), row.amount());
  }

  static Member member(MemberRow row) {
    return new Member(row.key().subject(), words(row.roles()), words(row.teams()));
  }

  static String joined(Collection<String> words) {
    return String.join(" ", new TreeSet<>(words));
  }

  static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
  }
}
