package io.portolan.gateway.http;

import java.util.Set;

/**
 * Where the edge listens and whom it answers.
 *
 * <p>Which values of the {@code Host} header are accepted follows from {@code host}. Bound to
 * loopback: the loopback names only. Bound to another address: that name or address and the
 * loopback names. Bound to all addresses (0.0.0.0 or ::): any literal IP address and the loopback
 * names, because an attack by DNS rebinding needs a name that the attacker owns; names must be
 * listed in {@code allowedHosts}.
 *
 * @param host the name or address to bind to
 * @param port the port to bind to, 0 to 65535; 0 lets the system pick one
 * @param allowedHosts further accepted values of {@code Host}, without a port
 * @param allowedOrigins accepted values of {@code Origin} besides the loopback ones, such as {@code
 *     https://console.example.com}
 * @param limits what the edge takes on at most
 */
public record EdgeSettings(
    String host,
    int port,
    Set<String> allowedHosts,
    Set<String> allowedOrigins,
    EdgeLimits limits) {

  public EdgeSettings {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is empty");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be within 0 and 65535: " + port);
    }
    allowedHosts = Set.copyOf(allowedHosts);
    allowedOrigins = Set.copyOf(allowedOrigins);
  }

  /** Binds to a place with the default limits and nobody else allowed. */
  public static EdgeSettings at(String host, int port) {
    return new EdgeSettings(host, port, Set.of(), Set.of(), EdgeLimits.DEFAULT);
  }

  /** The same with other limits. */
  public EdgeSettings withLimits(EdgeLimits other) {
    return new EdgeSettings(host, port, allowedHosts, allowedOrigins, other);
  }
}
