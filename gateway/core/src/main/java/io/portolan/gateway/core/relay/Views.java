package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.admission.Admission;
import io.portolan.gateway.core.catalogue.Catalogue;
import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.view.AdmittedView;
import io.portolan.gateway.core.view.FederatedView;
import io.portolan.gateway.core.view.SingleView;
import io.portolan.gateway.core.view.TaskIds;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Message;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.access.Placeholders;
import org.jspecify.annotations.Nullable;

/**
 * Finds the view an endpoint shows to a caller; null when the endpoint names a server that there is
 * not, or not for the caller. Thread-safe.
 */
final class Views {
  private final Federation federation;
  private final Admission admission;
  private final TaskIds taskIds;
  private final Placeholders.OfTenants placeholders;

  Views(
      Federation federation,
      Admission admission,
      TaskIds taskIds,
      Placeholders.OfTenants placeholders) {
    this.federation = federation;
    this.admission = admission;
    this.taskIds = taskIds;
    this.placeholders = placeholders;
  }

  /** As things are. */
  @Nullable View now(Route route, Caller caller) {
    return of(route, federation.catalogue(caller.tenant()), caller);
  }

  /** As things are once start-up is over; waits for that, a bounded time. */
  @Nullable View settled(Route route, Caller caller) throws InterruptedException {
    return switch (route) {
      case Route.Federated _ -> of(route, federation.settledCatalogue(caller.tenant()), caller);
      case Route.Single(var handle) ->
          of(route, federation.settledCatalogue(caller.tenant(), handle), caller);
    };
  }

  /** As things are, if a request can be sent on already, so that no server waits for another. */
  @Nullable View routing(Route route, Caller caller, Message.Request request)
      throws InterruptedException {
    var now = now(route, caller);
    return now == null || !federation.isSettling() || isReachable(now, request)
        ? now
        : settled(route, caller);
  }

  private static boolean isReachable(View view, Message.Request request) {
    return view.route(request) instanceof View.Route.To(var server, var _, var _, var _)
        && server.snapshot() != null;
  }

  private @Nullable View of(Route route, Catalogue catalogue, Caller caller) {
    var all = whole(route, catalogue, caller.principal());
    var admitted = all == null ? null : admission.of(caller);
    if (all == null || admitted == null) {
      return all;
    }
    return all instanceof SingleView(var server, var _) && !admitted.sees(server)
        ? null
        : new AdmittedView(all, admitted, admission.now(), null, placeholders.of(caller.tenant()));
  }

  private @Nullable View whole(Route route, Catalogue catalogue, Principal principal) {
    return switch (route) {
      case Route.Federated _ -> new FederatedView(catalogue, taskIds.of(principal, ""));
      case Route.Single(var handle) -> {
        var server = catalogue.server(handle);
        yield server == null ? null : new SingleView(server, taskIds.of(principal, handle));
      }
    };
  }

  /** How callers are told that there is no such view. */
  static String unknown(Route route) {
    return switch (route) {
      case Route.Federated _ -> "No such endpoint";
      case Route.Single(var name) -> "No server named '" + name + "' is configured here";
    };
  }
}
