package io.portolan.gateway.core.edge;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one request afterwards, in the access log, as metrics and in the audit log. Holds
 * no results and no tokens; the arguments are there to be hashed, and are never told.
 *
 * @param method the MCP method, or an empty text where there was none
 * @param server the server that was called; null where none was
 * @param tool the tool's own name; null where none was called
 * @param session the first characters of the session id; null where there is none
 * @param era "modern" or "legacy", or an empty text where none was found
 * @param outcome how it ended
 * @param trace the trace the request belongs to, which its body may have named; null when nothing
 *     was read of it
 * @param arguments as they were sent, a region of the request's body; null where there are none
 * @param cost what it cost, as far as the operator says
 * @param callId what it was recorded by before it was made; null where it was not
 * @param rule the rule that decided on it; null where none was asked, and where none allowed it
 */
public record CallRecord(
    String method,
    @Nullable String server,
    @Nullable String tool,
    @Nullable String session,
    String era,
    Outcome outcome,
    @Nullable TraceContext trace,
    @Nullable Slice arguments,
    Cost cost,
    @Nullable String callId,
    @Nullable String rule) {

  /** Of a request that costs nothing. */
  public CallRecord(
      String method,
      @Nullable String server,
      @Nullable String tool,
      @Nullable String session,
      String era,
      Outcome outcome,
      @Nullable TraceContext trace,
      @Nullable Slice arguments) {
    this(method, server, tool, session, era, outcome, trace, arguments, Cost.FREE, null, null);
  }

  /** Of a request whose body was not read. */
  public CallRecord(
      String method,
      @Nullable String server,
      @Nullable String tool,
      @Nullable String session,
      String era,
      Outcome outcome) {
    this(method, server, tool, session, era, outcome, null, null);
  }

  /** The same at this cost. */
  public CallRecord at(Cost other) {
    return other.equals(cost)
        ? this
        : new CallRecord(
            method, server, tool, session, era, outcome, trace, arguments, other, callId, rule);
  }

  /** How a request ended. Coarse on purpose: it is a metric label. */
  public enum Outcome {
    OK,
    /** A tool that ran and failed ({@code isError}). */
    TOOL_ERROR,
    /** The server answered with a JSON-RPC error. */
    RPC_ERROR,
    /** The request was not acceptable: malformed, unknown version, wrong headers. */
    BAD_REQUEST,
    /**
     * The caller is not known, or its proof or the rules do not allow this; what does not even
     * exist for the caller is NOT_FOUND.
     */
    DENIED,
    /** The server answered, and a rule or guardrail keeps its result from the caller. */
    WITHHELD,
    /** The name, session or method does not exist here. */
    NOT_FOUND,
    UPSTREAM_UNREACHABLE,
    UPSTREAM_TIMEOUT,
    UPSTREAM_BROKEN,
    /** The server asked for a pause. */
    UPSTREAM_THROTTLED,
    /** The server failed so often that it was not called. */
    UPSTREAM_SUSPENDED,
    OVERLOADED,
    CANCELLED,
    /** Its caller was let in no more while it was under way; the server may have acted. */
    BARRED,
    INTERNAL
  }
}
