package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.admission.Admission;
import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.tenancy.Caller;

/** Tells whom a change of a server's lists concerns: those who see another list than before. */
final class News {
  private final Federation federation;
  private final Admission admission;

  News(Federation federation, Admission admission) {
    this.federation = federation;
    this.admission = admission;
  }

  /** Notes what a caller sees, before it is told of changes. */
  void begin(Caller caller) {
    var admitted = admission.of(caller);
    if (admitted != null) {
      admitted.note(federation.catalogue(caller.tenant()).servers());
    }
  }

  /** Whether the list of a server, which changed, changed for a caller. */
  boolean concerns(Caller caller, Server server, ListKind kind) {
    if (!server.isThereFor(caller.tenant())) {
      return false;
    }
    var admitted = admission.of(caller);
    var name = server.name();
    return admitted == null || admitted.isNews(name, federation.server(name), kind);
  }
}
