package io.portolan.tenancy.access;

import io.portolan.tenancy.Caller;

/** The rules of all tenants. Thread-safe. */
@FunctionalInterface
public interface Policy {
  /** No rules: everything is allowed. */
  Policy OPEN = _ -> Access.OPEN;

  /**
   * What applies to a caller now. The same object as long as neither the rules nor the caller
   * change; costs a look-up then.
   */
  Access of(Caller caller);
}
