package io.portolan.standalone.api;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.Set;

/** Who asks. */
public sealed interface Sender {
  /** Who has the admin key: is in no tenant, and names one. */
  record Administrator() implements Sender {}

  /** Somebody of a tenant, who acts in it and in no other. */
  record Member(Caller caller) implements Sender {}

  /** As the audit log of a tenant names the sender. */
  default Caller in(TenantId tenant) {
    return switch (this) {
      case Administrator() ->
          new Caller(
              new Principal(tenant, "administrator"),
              "admin-key",
              null,
              Set.of(),
              Set.of(),
              Set.of());
      case Member(var caller) -> caller;
    };
  }
}
