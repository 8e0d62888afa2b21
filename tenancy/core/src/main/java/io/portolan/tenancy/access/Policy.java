package io.portolan.tenancy.access;

import io.portolan.tenancy.Caller;
import org.jspecify.annotations.Nullable;

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

  /** The level that the rules say a tool has; null where they say nothing of it. */
  default @Nullable Risk declared(String server, String tool) {
    return null;
  }
}
