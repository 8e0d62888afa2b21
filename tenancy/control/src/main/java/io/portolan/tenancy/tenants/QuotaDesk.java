package io.portolan.tenancy.tenants;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.tenants.TenantTables.All;
import io.portolan.tenancy.tenants.TenantTables.QuotaKey;
import io.portolan.tenancy.tenants.TenantTables.QuotaRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Sets what the callers of a tenant may use. What a method did is durable and in this process'
 * memory when it returns; one that was cut off is to be repeated. Thread-safe; blocks on the store,
 * until the deadline, and throws its exceptions.
 */
public final class QuotaDesk {
  /** Most quotas of a tenant. */
  public static final int QUOTAS_MAX = 100;

  private final Store store;
  private final StoredTenants tenants;

  /**
   * @param tenants looks at the same store, and has started
   */
  public QuotaDesk(Store store, StoredTenants tenants) {
    this.store = store;
    this.tenants = tenants;
  }

  /**
   * Refuses what cannot be a tenant's quotas.
   *
   * @throws IllegalArgumentException when there are too many, or two that limit the same
   */
  public static void check(List<QuotaRule> quotas) {
    if (quotas.size() > QUOTAS_MAX) {
      throw new IllegalArgumentException(
          quotas.size() + " quotas; a tenant has at most " + QUOTAS_MAX);
    }
    var keys = new HashSet<QuotaKey>();
    for (var quota : quotas) {
      if (!keys.add(key(quota))) {
        throw new IllegalArgumentException(
            "two quotas limit the "
                + quota.measure().label()
                + " of the same "
                + quota.scope().label()
                + ": '"
                + quota.name()
                + "'");
      }
    }
  }

  /** Gives a tenant these quotas, and no others. */
  public void replace(TenantId tenant, List<QuotaRule> quotas, Deadline deadline)
      throws InterruptedException {
    check(quotas);
    var partition = TenantTables.QUOTAS.at(new All());
    var mine = store.at(tenant, deadline);
    var keys = new HashSet<QuotaKey>();
    for (var quota : quotas) {
      keys.add(key(quota));
      mine.put(partition, new QuotaRow(key(quota), quota.amount()));
    }
    var gone = new ArrayList<QuotaKey>();
    TenantRows.each(mine, partition, row -> gone.add(row.key()));
    gone.removeAll(keys);
    for (var key : gone) {
      mine.delete(partition, key);
    }
    TenantDesk.changed(store, tenants, tenant, deadline);
  }

  private static QuotaKey key(QuotaRule quota) {
    return new QuotaKey(quota.scope(), quota.name(), quota.measure());
  }
}
