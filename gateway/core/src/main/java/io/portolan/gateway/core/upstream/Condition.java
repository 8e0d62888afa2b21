package io.portolan.gateway.core.upstream;

import java.time.Instant;
import java.util.Locale;

/**
 * How a server is doing by the calls made to it. A picture of one moment; the counts only grow.
 *
 * @param circuit whether calls are made
 * @param since when it came into this state
 * @param reason why calls are not made, fit for callers; empty while they are
 * @param callsInFlight calls under way
 * @param openings how often the circuit opened
 * @param refused calls that found no place among those under way
 * @param repeated calls that were sent a second time
 */
public record Condition(
    Circuit circuit,
    Instant since,
    String reason,
    int callsInFlight,
    long openings,
    long refused,
    long repeated) {
  /** Of a server that nobody watches over. */
  public static final Condition UNWATCHED =
      new Condition(Circuit.CLOSED, Instant.EPOCH, "", 0, 0, 0, 0);

  /** Whether calls are made. Coarse on purpose: it is a metric label. */
  public enum Circuit {
    /** Calls are made. */
    CLOSED,
    /** Calls are refused at once. */
    OPEN,
    /** One call tries whether the server is well again. */
    HALF_OPEN;

    /** The state as operators and callers read it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
