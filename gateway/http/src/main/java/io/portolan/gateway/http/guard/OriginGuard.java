package io.portolan.gateway.http.guard;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accepts requests of no web page, of pages on this machine, and of configured origins. {@code
 * null}, which sandboxed and local files send, is no origin to trust. Thread-safe.
 */
final class OriginGuard {
  private final Set<String> allowed;

  OriginGuard(Set<String> allowed) {
    this.allowed =
        allowed.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What is wrong with the value of {@code Origin}; null when nothing is. */
  @Nullable Refusal check(String origin) {
    var lower = origin.toLowerCase(Locale.ROOT);
    if (allowed.contains(lower) || isLoopback(lower)) {
      return null;
    }
    return Refusal.of(
        403,
        "Header Origin: "
            + Refusal.quoted(origin)
            + " is not allowed here; expected no Origin, one on localhost or one of the configured"
            + " allowed origins");
  }

  private static boolean isLoopback(String origin) {
    var host =
        origin.startsWith("http://")
            ? origin.substring("http://".length())
            : origin.startsWith("https://") ? origin.substring("https://".length()) : "";
    return Loopback.NAMES.contains(HostGuard.withoutPort(host));
  }
}
