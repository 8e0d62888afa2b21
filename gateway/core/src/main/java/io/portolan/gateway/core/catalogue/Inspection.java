package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Deadline;
import java.time.Duration;

/**
 * Looks at a server once, the way {@link ServerMonitor} does before it offers one: the same probe,
 * the same lists inside the same limits. Stateless; blocks.
 */
public final class Inspection {
  private Inspection() {}

  /**
   * What a server offers now. A list that it answers with an error is empty.
   *
   * @throws UpstreamUnavailable when it cannot be reached, speaks neither era, or goes over a limit
   */
  public static ServerSnapshot of(Upstream upstream, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var profile = upstream.probe(deadline);
    var name = upstream.definition().name();
    var modern = profile.speaks(Era.MODERN);
    try (var link =
        modern ? upstream.modern() : upstream.openSession(SessionOpening.DISCOVERY, deadline)) {
      var seen = ServerSnapshot.empty(profile);
      for (var kind : ListKind.values()) {
        if (seen.offers(kind.capability(), link.era())) {
          var listed = new Lister(name, link, left(deadline)).list(kind);
          if (listed != null) {
            seen = seen.with(kind, listed.list(), listed.extra());
          }
        }
      }
      return modern
          ? seen.with(
              ListKind.TOOLS, MirroredTools.of(name, seen.list(ListKind.TOOLS)).offered(), null)
          : seen;
    }
  }

  private static Duration left(Deadline deadline) {
    return Duration.ofNanos(Math.max(1, deadline.nanosLeft()));
  }
}
