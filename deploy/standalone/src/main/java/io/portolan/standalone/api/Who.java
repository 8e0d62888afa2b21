package io.portolan.standalone.api;

import io.portolan.tenancy.TenantRole;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** Who may ask for an endpoint. */
public sealed interface Who {
  /** Who has the admin key of the data directory; nobody else. */
  record Administrator() implements Who {}

  /**
   * Callers in their own tenant who have one of these roles; and who has the admin key, in any.
   *
   * @param roles at least one
   */
  record Member(Set<TenantRole> roles) implements Who {
    public Member {
      roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }
  }

  /** All members of the tenant; and anonymous callers, where the gateway serves them. */
  record Anyone() implements Who {}

  /** All members of the tenant, and anonymous callers where the gateway serves them. */
  static Who anyone() {
    return new Anyone();
  }

  /** Only the administrator. */
  static Who administrator() {
    return new Administrator();
  }

  /** The administrator, and members of the tenant with one of these roles. */
  static Who member(TenantRole first, TenantRole... others) {
    return new Member(EnumSet.of(first, others));
  }

  /** The administrator, and all members of the tenant. */
  static Who anyMember() {
    return new Member(EnumSet.allOf(TenantRole.class));
  }
}
