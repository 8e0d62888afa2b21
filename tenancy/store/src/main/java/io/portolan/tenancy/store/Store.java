package io.portolan.tenancy.store;

import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;

/** An open engine. Safe for any number of threads; {@link #close} is idempotent. */
public interface Store extends AutoCloseable {
  /** The tables of one tenant, until {@code deadline}. Costs nothing. */
  TenantStore at(TenantId tenant, Deadline deadline);

  /** The tables of the caller's tenant, until the call's deadline. Costs nothing. */
  default TenantStore at(CallContext call) {
    return at(call.tenant(), call.deadline());
  }

  /** Refuses new operations, lets those under way end, and gives everything back. */
  @Override
  void close();
}
