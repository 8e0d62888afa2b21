package io.portolan.tenancy.auth.jwt;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** What keys may be fetched from: https, or http on this machine for development. Stateless. */
final class SafeUri {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private SafeUri() {}

  static boolean is(URI uri) {
    var host = uri.getHost();
    if (host == null || uri.getScheme() == null || uri.getRawUserInfo() != null) {
      return false;
    }
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    return scheme.equals("https")
        || (scheme.equals("http") && LOOPBACK.contains(host.toLowerCase(Locale.ROOT)));
  }

  static void require(URI uri) {
    if (!is(uri) || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "expected an https URL (http on loopback only), without user or fragment: " + uri);
    }
  }
}
