package io.portolan.tenancy.store.testkit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.util.UUID;

/**
 * One part of what every engine promises. An engine's module has a nested test class for each part,
 * which only says which store to ask; all tests share it, each with a tenant of its own.
 */
public abstract class StoreContract {
  private static final Duration GENEROUS = Duration.ofMinutes(2);

  private final TenantId tenant = newTenant();

  /** Made by JUnit, anew for every test. */
  protected StoreContract() {}

  /** An open store with {@link KitTables#SCHEMA}. */
  protected abstract Store store();

  /** The test's own tenant. */
  protected final TenantId tenant() {
    return tenant;
  }

  /** A tenant that nobody else has. */
  protected static TenantId newTenant() {
    return new TenantId("t-" + UUID.randomUUID());
  }

  /** The tables of the test's tenant, with time for a slow machine. */
  protected final TenantStore tables() {
    return tables(store());
  }

  /** The tables of the test's tenant in this store. */
  protected final TenantStore tables(Store store) {
    return store.at(tenant, soon());
  }

  /** A deadline that only something stuck passes. */
  protected static Deadline soon() {
    return Deadline.in(GENEROUS);
  }
}
