package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Catalogue;
import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.view.FederatedView;
import io.portolan.gateway.core.view.SingleView;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * Finds the view an endpoint shows; null when the endpoint names a server that there is not.
 * Thread-safe.
 */
final class Views {
  private final Federation federation;

  Views(Federation federation) {
    this.federation = federation;
  }

  /** As things are. */
  @Nullable View now(Route route) {
    return of(route, federation.catalogue());
  }

  /** As things are once start-up is over; waits for that, a bounded time. */
  @Nullable View settled(Route route) throws InterruptedException {
    return switch (route) {
      case Route.Federated _ -> of(route, federation.settledCatalogue());
      case Route.Single(var name) -> of(route, federation.settledCatalogue(name));
    };
  }

  /** As things are, if a request can be sent on already, so that no server waits for another. */
  @Nullable View routing(Route route, Message.Request request) throws InterruptedException {
    var now = now(route);
    return now == null || !federation.isSettling() || isReachable(now, request)
        ? now
        : settled(route);
  }

  private static boolean isReachable(View view, Message.Request request) {
    return view.route(request) instanceof View.Route.To(var server, var _, var _)
        && server.snapshot() != null;
  }

  private static @Nullable View of(Route route, Catalogue catalogue) {
    return switch (route) {
      case Route.Federated _ -> new FederatedView(catalogue);
      case Route.Single(var name) -> {
        var server = catalogue.server(name);
        yield server == null ? null : new SingleView(server);
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
