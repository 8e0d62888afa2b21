package io.portolan.gateway.http.guard;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the names this server is known by in {@code Host}, against DNS rebinding: a page of an
 * attacker whose name suddenly resolves to this machine still sends its own name. Thread-safe.
 */
final class HostGuard {
  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

  private final Set<String> accepted;
  private final boolean anyLiteral;

  // The last accepted value: most clients send the same one each time.
  private volatile String known = "";

  /**
   * @param boundTo the name or address the server listens at
   * @param allowed further names, without a port
   */
  HostGuard(String boundTo, Set<String> allowed) {
    var names = new HashSet<>(Loopback.NAMES);
    anyLiteral = ANY_ADDRESS.contains(boundTo);
    if (!anyLiteral) {
      names.add(lower(boundTo.indexOf(':') < 0 ? boundTo : "[" + boundTo + "]"));
    }
    allowed.forEach(name -> names.add(lower(name)));
    accepted = Set.copyOf(names);
  }

  /** What is wrong with the value of {@code Host}; null when nothing is. */
  @Nullable Refusal check(String host) {
    if (host.equals(known)) {
      return null;
    }
    var name = lower(withoutPort(host));
    if (!accepted.contains(name) && !(anyLiteral && isLiteral(name))) {
      return Refusal.of(
          403,
          "Header Host: "
              + Refusal.quoted(host)
              + " is not a name of this server; expected localhost, 127.0.0.1, [::1] or one of the"
              + " configured allowed hosts");
    }
    known = host;
    return null;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The host without a port; the value itself when what follows the colon is no port. */
  static String withoutPort(String host) {
    var colon = host.lastIndexOf(':');
    if (colon < 0 || host.endsWith("]")) {
      return host;
    }
    for (int i = colon + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return host;
      }
    }
    return host.substring(0, colon);
  }

  /** Whether this can only be an address: a name that a resolver would be asked for is not. */
  private static boolean isLiteral(String name) {
    if (name.startsWith("[") && name.endsWith("]")) {
      return true;
    }
    var dots = 0;
    for (int i = 0; i < name.length(); i++) {
      var c = name.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots == 3;
  }
}
