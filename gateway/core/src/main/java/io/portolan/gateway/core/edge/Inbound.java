package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;

/**
 * One request as the edge took it in: guards passed, caller known, size within bounds.
 *
 * @param route which endpoint was asked
 * @param context who calls, until when, under which trace
 * @param headers the request's headers
 * @param body the request's body; empty for GET and DELETE
 */
public record Inbound(Route route, CallContext context, RequestHeaders headers, Slice body) {

  /** Which endpoint was asked. */
  public sealed interface Route {
    /** All servers behind one endpoint: {@code /mcp}. */
    record Federated() implements Route {}

    /** One server, names and URIs untouched: {@code /mcp/s/{server}}. */
    record Single(String server) implements Route {}
  }
}
