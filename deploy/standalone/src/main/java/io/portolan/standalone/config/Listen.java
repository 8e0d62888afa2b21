package io.portolan.standalone.config;

/**
 * Where the gateway accepts connections.
 *
 * @param host a name or an address
 * @param port 0 to 65535; 0 lets the system pick one
 */
public record Listen(String host, int port) {
  /** This machine only. */
  public static final Listen DEFAULT = new Listen("127.0.0.1", 8080);

  public Listen {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is empty");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be within 0 and 65535: " + port);
    }
  }
}
