package io.portolan.tenancy.usage;

/**
 * Sums over calls. Immutable.
 *
 * @param ok calls that went well
 * @param toolErrors calls whose tool ran and failed
 * @param refused calls that the gateway refused
 * @param failed calls that the server failed
 * @param bytesIn of the requests
 * @param bytesOut of the replies
 * @param latencyMicros how long all of them took together
 * @param tokens as far as they are known
 * @param microMoney millionths of the operator's unit, as far as it is known
 */
public record Totals(
    long ok,
    long toolErrors,
    long refused,
    long failed,
    long bytesIn,
    long bytesOut,
    long latencyMicros,
    long tokens,
    long microMoney) {
  static final Totals ZERO = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** All calls. */
  public long calls() {
    return ok + toolErrors + refused + failed;
  }

  Totals plus(Totals more) {
    return new Totals(
        ok + more.ok,
        toolErrors + more.toolErrors,
        refused + more.refused,
        failed + more.failed,
        bytesIn + more.bytesIn,
        bytesOut + more.bytesOut,
        latencyMicros + more.latencyMicros,
        tokens + more.tokens,
        microMoney + more.microMoney);
  }
}
