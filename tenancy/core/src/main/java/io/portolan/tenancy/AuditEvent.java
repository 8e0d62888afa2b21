package io.portolan.tenancy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log tells of one step of one request. Holds no arguments and no results: of
 * arguments there is a keyed hash, which tells whether two calls had the same ones and nothing
 * else. Immutable.
 *
 * @param at when it happened
 * @param caller who asked
 * @param action what was asked for
 * @param verdict whether it was allowed, and by which rule
 * @param phase whether it is about to happen or has ended
 * @param trace the trace it belongs to
 */
public record AuditEvent(
    Instant at, Caller caller, Action action, Verdict verdict, Phase phase, TraceContext trace) {

  /**
   * What was asked for.
   *
   * @param kind over which of our faces it was asked
   * @param callId ties what is told before a call to what is told after it; null where only one of
   *     them is told
   * @param method the MCP method, or the endpoint of the management API
   * @param server the server it was for; null where it was for none
   * @param tool the tool's own name; null where none was called
   * @param inputHash of the arguments, from {@link AuditLog#inputHash}; null where there were none
   */
  public record Action(
      Kind kind,
      @Nullable String callId,
      String method,
      @Nullable String server,
      @Nullable String tool,
      @Nullable String inputHash) {
    /** Of an MCP request. */
    public Action(
        @Nullable String callId,
        String method,
        @Nullable String server,
        @Nullable String tool,
        @Nullable String inputHash) {
      this(Kind.MCP, callId, method, server, tool, inputHash);
    }
  }

  /** What can be asked over. */
  public enum Kind {
    MCP,
    /** The management API. */
    MANAGEMENT
  }

  /**
   * Whether it was allowed.
   *
   * @param rule the rule that decided; null where none was asked
   */
  public record Verdict(Effect effect, @Nullable String rule) {
    /** Let through where no rules are in force. */
    public static final Verdict NO_RULES = new Verdict(Effect.ALLOW, null);
  }

  /** What was decided. */
  public enum Effect {
    ALLOW,
    DENY
  }

  /** How far it got. */
  public sealed interface Phase {
    /** About to happen: what it does is not done yet. */
    record Intended() implements Phase {}

    /**
     * Over.
     *
     * @param status how it ended, of a small fixed set
     * @param nanos how long it took
     */
    record Ended(String status, long nanos) implements Phase {}
  }

  /** The tenant whose log it belongs to. */
  public TenantId tenant() {
    return caller.tenant();
  }
}
