package io.portolan.gateway.core.view;

import io.portolan.gateway.core.view.View.Reason;
import io.portolan.gateway.core.view.View.Route;
import io.portolan.gateway.protocol.Message;

/** The words for what there is not, the same wherever they are said. Stateless. */
final class Refusals {
  private Refusals() {}

  static Route.Nowhere missing(Message.Request request, String member) {
    return new Route.Nowhere(
        Reason.INVALID_PARAMS, request.method() + " needs params." + member + ", a string");
  }

  /** No tool, prompt or task has a name. */
  static Route.Nowhere unknown(String what, String name) {
    return new Route.Nowhere(Reason.UNKNOWN_NAME, "Unknown " + what + ": " + name);
  }

  static Route.Nowhere unknownResource(String uri) {
    return new Route.Nowhere(Reason.UNKNOWN_RESOURCE, "Resource not found: " + uri);
  }

  static Route.Nowhere unknownMethod(Message.Request request) {
    return new Route.Nowhere(Reason.UNKNOWN_METHOD, "Method not found: " + request.method());
  }
}
