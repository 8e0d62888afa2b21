package io.portolan.tenancy;

import java.util.Locale;

/** The roles that every tenant has. What each may do, rules and the management API's list say. */
public enum TenantRole {
  OWNER,
  ADMIN,
  DEVELOPER,
  CALLER,
  AUDITOR,
  APPROVER;

  /** As it stands in tokens, keys, rules and the API. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
