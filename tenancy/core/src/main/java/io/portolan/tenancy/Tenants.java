package io.portolan.tenancy;

/** Which tenants there are, from memory. Thread-safe; blocks on nothing. */
@FunctionalInterface
public interface Tenants {
  /** Whoever is named is there. */
  Tenants ALL = _ -> Standing.ACTIVE;

  /** How a tenant is now. */
  Standing of(TenantId tenant);

  /** The caller, with the roles and teams that the tenant itself gives. */
  default Caller known(Caller caller) {
    return caller;
  }

  /** Whether a tenant's callers are let in. */
  enum Standing {
    ACTIVE,
    /** Nobody of it is let in until it is resumed; nothing of it is lost. */
    SUSPENDED,
    /** It was, and its id is never used again. */
    DELETED,
    /** There never was one. */
    UNKNOWN,
    /** What is known is too old to rely on: nobody is to be let in. */
    UNCLEAR
  }
}
