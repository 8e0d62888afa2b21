package io.portolan.tenancy.outbound;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an operator lets others name, beyond hosts of the public internet over TLS. Immutable.
 *
 * @param ports of the public internet and of {@code networks}; at most 100
 * @param origins {@code scheme://host:port}, or {@code :*} for any port: these may be asked
 *     wherever they are and without TLS where the scheme is http; at most 1,000
 * @param networks private ones that may be reached over TLS; at most 1,000
 */
public record OutboundRules(Set<Integer> ports, Set<String> origins, List<AddressBlock> networks) {
  /** The public internet over TLS, on the ports 443 and 8443. */
  public static final OutboundRules DEFAULT =
      new OutboundRules(Set.of(443, 8443), Set.of(), List.of());

  private static final int ENTRIES_MAX = 1_000;
  private static final Pattern ORIGIN =
      Pattern.compile("(https?)://([a-z0-9.-]+|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}|\\*))?");

  public OutboundRules {
    ports = Set.copyOf(ports);
    origins = Set.copyOf(origins.stream().map(OutboundRules::normal).toList());
    networks = List.copyOf(networks);
    if (ports.size() > 100 || origins.size() > ENTRIES_MAX || networks.size() > ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "more than 100 ports or " + ENTRIES_MAX + " origins or networks");
    }
    for (var port : ports) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port is " + port + "; expected 1 to 65535");
      }
    }
  }

  private static String normal(String origin) {
    var matcher = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + origin
              + "' is no origin; expected one such as http://127.0.0.1:9000,"
              + " https://mcp.internal or http://localhost:*");
    }
    var port = matcher.group(3);
    var usual = matcher.group(1).equals("https") ? "443" : "80";
    return matcher.group(1) + "://" + matcher.group(2) + ":" + (port == null ? usual : port);
  }

  /** Whether the operator named it. */
  boolean names(String scheme, String host, int port) {
    var start = scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":";
    return origins.contains(start + port) || origins.contains(start + "*");
  }
}
