package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.tenants.TenantTables.All;
import io.portolan.tenancy.tenants.TenantTables.MemberRow;
import io.portolan.tenancy.tenants.TenantTables.QuotaKey;
import io.portolan.tenancy.tenants.TenantTables.RoleName;
import io.portolan.tenancy.tenants.TenantTables.RoleRow;
import io.portolan.tenancy.tenants.TenantTables.Subject;
import java.util.ArrayList;

/**
 * Changes what a tenant says of its own: members and roles. What a method did is durable and in
 * this process' memory when it returns. Thread-safe; all methods block on the store, until the
 * deadline, and throw its exceptions.
 */
public final class PeopleDesk {
  /** Most members of a tenant. */
  public static final int MEMBERS_MAX = 10_000;

  /** Most roles that a tenant makes. */
  public static final int ROLES_MAX = 100;

  private final Store store;
  private final StoredTenants tenants;

  /**
   * @param tenants looks at the same store, and has started
   */
  public PeopleDesk(Store store, StoredTenants tenants) {
    this.store = store;
    this.tenants = tenants;
  }

  /** What came of setting something. */
  public enum Outcome {
    DONE,
    /** The tenant has as many as it may have. */
    FULL
  }

  /** Sets what a member has, over what they had. */
  public Outcome put(TenantId tenant, Member member, Deadline deadline)
      throws InterruptedException {
    var partition = TenantTables.MEMBERS.at(new All());
    var mine = store.at(tenant, deadline);
    var key = new Subject(member.subject());
    if (tenants.countOfMembers(tenant) >= MEMBERS_MAX && mine.get(partition, key).isEmpty()) {
      return Outcome.FULL;
    }
    mine.put(
        partition,
        new MemberRow(key, TenantRows.joined(member.roles()), TenantRows.joined(member.teams())));
    changed(tenant, deadline);
    return Outcome.DONE;
  }

  /** Ends what a member has; false when the tenant says nothing of them. */
  public boolean removeMember(TenantId tenant, String subject, Deadline deadline)
      throws InterruptedException {
    if (subject.isEmpty() || subject.length() > 255) {
      return false;
    }
    var partition = TenantTables.MEMBERS.at(new All());
    var mine = store.at(tenant, deadline);
    var key = new Subject(subject);
    if (mine.get(partition, key).isEmpty()) {
      return false;
    }
    mine.delete(partition, key);
    changed(tenant, deadline);
    return true;
  }

  /** Sets what a role includes. */
  public Outcome put(TenantId tenant, CustomRole role, Deadline deadline)
      throws InterruptedException {
    var partition = TenantTables.ROLES.at(new All());
    var mine = store.at(tenant, deadline);
    var key = new RoleName(role.name());
    if (tenants.roles(tenant).size() >= ROLES_MAX && mine.get(partition, key).isEmpty()) {
      return Outcome.FULL;
    }
    mine.put(partition, new RoleRow(key, TenantRows.joined(role.includes())));
    changed(tenant, deadline);
    return Outcome.DONE;
  }

  /** Ends a role; who has it keeps its name, which then includes nothing. */
  public boolean removeRole(TenantId tenant, String name, Deadline deadline)
      throws InterruptedException {
    if (name.isEmpty() || name.length() > 64) {
      return false;
    }
    var partition = TenantTables.ROLES.at(new All());
    var mine = store.at(tenant, deadline);
    var key = new RoleName(name);
    if (mine.get(partition, key).isEmpty()) {
      return false;
    }
    mine.delete(partition, key);
    changed(tenant, deadline);
    return true;
  }

  /** Deletes all of it, and the tenant's quotas. */
  void erase(TenantId tenant, Deadline deadline) throws InterruptedException {
    var mine = store.at(tenant, deadline);
    var members = new ArrayList<Subject>();
    TenantRows.each(mine, TenantTables.MEMBERS.at(new All()), row -> members.add(row.key()));
    for (var each : members) {
      mine.delete(TenantTables.MEMBERS.at(new All()), each);
    }
    var roles = new ArrayList<RoleName>();
    TenantRows.each(mine, TenantTables.ROLES.at(new All()), row -> roles.add(row.key()));
    for (var each : roles) {
      mine.delete(TenantTables.ROLES.at(new All()), each);
    }
    var quotas = new ArrayList<QuotaKey>();
    TenantRows.each(mine, TenantTables.QUOTAS.at(new All()), row -> quotas.add(row.key()));
    for (var each : quotas) {
      mine.delete(TenantTables.QUOTAS.at(new All()), each);
    }
  }

  private void changed(TenantId tenant, Deadline deadline) throws InterruptedException {
    TenantDesk.changed(store, tenants, tenant, deadline);
  }
}
