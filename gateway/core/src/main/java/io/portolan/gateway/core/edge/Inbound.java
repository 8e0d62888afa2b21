package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.util.function.BooleanSupplier;

/**
 * One request as the edge took it in: guards passed, caller known, size within bounds.
 *
 * @param route which endpoint was asked
 * @param caller who calls, and what its proof says
 * @param context the caller's principal, until when, under which trace
 * @param headers the request's headers
 * @param body the request's body; empty for GET and DELETE
 * @param barred tells, whenever it is asked, whether the caller would be kept out by now
 */
public record Inbound(
    Route route,
    Caller caller,
    CallContext context,
    RequestHeaders headers,
    Slice body,
    BooleanSupplier barred) {

  /** A request of this caller, whose principal the context names. */
  public static Inbound of(
      Route route, Caller caller, Terms terms, RequestHeaders headers, Slice body) {
    var context = new CallContext(caller.principal(), terms.deadline(), terms.trace());
    return new Inbound(route, caller, context, headers, body, terms.barred());
  }

  /** Until when, under which trace, and what tells that the caller is let in no more. */
  public record Terms(Deadline deadline, TraceContext trace, BooleanSupplier barred) {
    /** Of a caller who is let in for good. */
    public Terms(Deadline deadline, TraceContext trace) {
      this(deadline, trace, () -> false);
    }
  }

  /** The same under another trace. */
  public Inbound under(TraceContext trace) {
    var traced = new CallContext(context.principal(), context.deadline(), trace);
    return new Inbound(route, caller, traced, headers, body, barred);
  }

  /** The same with this body. */
  public Inbound with(Slice read) {
    return new Inbound(route, caller, context, headers, read, barred);
  }

  /** Which endpoint was asked. */
  public sealed interface Route {
    /** All servers behind one endpoint: {@code /mcp}. */
    record Federated() implements Route {}

    /** One server, names and URIs untouched: {@code /mcp/s/{server}}. */
    record Single(String server) implements Route {}
  }
}
