package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Tenants.Standing;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * All tenants lie in one partition of the system's: there are ten thousand at most, and an id that
 * was used stays there for ever. What a tenant says of its people lies in its own partitions. As
 * with API keys, each write is followed by a new version of the tenant, and that by a new head, so
 * that a gateway sees by one read whether anything changed.
 */

/** The tables of tenants. A store that keeps them is opened with {@link #ALL}. */
public final class TenantTables {
  /** One partition a tenant. */
  record All() {}

  /** Names a tenant. */
  record Named(String id) {}

  /**
   * A tenant; sets of words are separated by spaces. Of a deleted one only its id means something.
   *
   * @param erasedAt when the last of a deleted tenant's rows was gone
   */
  record TenantRow(
      Named key,
      Standing standing,
      String name,
      @Nullable String homeRegion,
      String residency,
      Instant createdAt,
      @Nullable Instant erasedAt,
      long version) {}

  static final SerialTable<All, Named, TenantRow, NoStatics> TENANTS =
      Declaration.of("tenant", All.class, Named.class, TenantRow.class)
          .serial(Consistency.SERIAL_EVERYWHERE, NoStatics.class);

  /** Names a member. */
  record Subject(String subject) {}

  /** A member. */
  record MemberRow(Subject key, String roles, String teams) {}

  static final QuorumTable<All, Subject, MemberRow> MEMBERS =
      Declaration.of("tenant_member", All.class, Subject.class, MemberRow.class).quorum();

  /** Names a role. */
  record RoleName(String name) {}

  /** A role that the tenant made. */
  record RoleRow(RoleName key, String includes) {}

  static final QuorumTable<All, RoleName, RoleRow> ROLES =
      Declaration.of("tenant_role", All.class, RoleName.class, RoleRow.class).quorum();

  /** Names a quota: no tenant has two of these. */
  record QuotaKey(Scope scope, String name, Measure measure) {}

  /** A quota of the tenant. */
  record QuotaRow(QuotaKey key, long amount) {}

  static final QuorumTable<All, QuotaKey, QuotaRow> QUOTAS =
      Declaration.of("tenant_quota", All.class, QuotaKey.class, QuotaRow.class).quorum();

  /** Changes with each change of the tenant, or of what is in it. */
  record Version(Named key, UUID version) {}

  static final QuorumTable<All, Named, Version> VERSIONS =
      Declaration.of("tenant_version", All.class, Named.class, Version.class).quorum();

  /** Changes with each change of any tenant. */
  record Head(Only key, UUID version) {}

  static final QuorumTable<All, Only, Head> HEAD =
      Declaration.of("tenant_head", All.class, Only.class, Head.class).quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL =
      List.of(TENANTS, MEMBERS, ROLES, QUOTAS, VERSIONS, HEAD);

  private TenantTables() {}
}
