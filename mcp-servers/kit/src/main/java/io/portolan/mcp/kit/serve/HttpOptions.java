package io.portolan.mcp.kit.serve;

import io.portolan.mcp.kit.Eras;
import java.util.Set;

/**
 * How a server is offered over HTTP.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 picks a free one
 * @param eras which eras are served
 * @param hostNames names besides the loopback ones that Host and Origin may carry, lower case
 * @param bodyBytesMax largest request body in bytes, 1 KiB to 64 MiB
 * @param sessionsMax legacy sessions at a time, 1 to 100 000
 * @param callsInFlightMax requests under way at a time, open streams included, 1 to 100 000
 */
public record HttpOptions(
    String host,
    int port,
    Eras eras,
    Set<String> hostNames,
    int bodyBytesMax,
    int sessionsMax,
    int callsInFlightMax) {
  public HttpOptions {
    hostNames = Set.copyOf(hostNames);
    requireWithin("port", port, 0, 65_535);
    requireWithin("bodyBytesMax", bodyBytesMax, 1 << 10, 64 << 20);
    requireWithin("sessionsMax", sessionsMax, 1, 100_000);
    requireWithin("callsInFlightMax", callsInFlightMax, 1, 100_000);
  }

  /** Loopback, both eras, 4 MiB bodies. */
  public static HttpOptions loopback(int port) {
    return new HttpOptions("127.0.0.1", port, Eras.DUAL, Set.of(), 4 << 20, 10_000, 4_096);
  }

  /** The same for other eras. */
  public HttpOptions serving(Eras other) {
    return new HttpOptions(
        host, port, other, hostNames, bodyBytesMax, sessionsMax, callsInFlightMax);
  }

  private static void requireWithin(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
    }
  }
}
