package io.portolan.mcp.kit.serve;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses requests that a web page made a browser send: only known host names pass, in Host and in
 * Origin. This is what stops DNS rebinding against a server on the loopback address.
 */
final class OriginGuard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> hosts;

  /** Loopback names always pass; {@code more} are lower-case names without a port. */
  OriginGuard(Set<String> more) {
    this.hosts = Set.copyOf(more);
  }

  /** Why a request is refused, if it is. */
  Optional<String> refusal(Optional<String> host, Optional<String> origin) {
    if (host.isEmpty() || !allowed(hostName(host.get()))) {
      return Optional.of("Host is not allowed here");
    }
    if (origin.isPresent() && !allowed(originHost(origin.get()))) {
      return Optional.of("Origin is not allowed here");
    }
    return Optional.empty();
  }

  private boolean allowed(String name) {
    return LOOPBACK.contains(name) || hosts.contains(name);
  }

  private static String hostName(String host) {
    var name = host.strip().toLowerCase(Locale.ROOT);
    var colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf(']') ? name.substring(0, colon) : name;
  }

  private static String originHost(String origin) {
    try {
      var uri = new URI(origin.strip());
      var web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return web ? Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT) : "";
    } catch (URISyntaxException _) {
      return "";
    }
  }
}
