package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Deadline;
import java.time.Clock;

/** Finds the link of a legacy session to a server, whichever era the server speaks. Thread-safe. */
public final class ServerLinks {
  private final SessionlessLink.Shared shared;

  /**
   * @param federation what servers offer at the moment
   * @param clock when tasks were made
   */
  public ServerLinks(Federation federation, Clock clock) {
    this.shared = new SessionlessLink.Shared(federation, new TaskBooks(), clock);
  }

  /**
   * The session's link to a server, opened if there is none. It speaks the legacy era.
   *
   * @throws UpstreamUnavailable when it cannot be opened before the deadline, or the session ended
   */
  public UpstreamLink get(LegacySession session, Server server, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var snapshot = server.snapshot();
    if (snapshot == null) {
      throw new UpstreamUnavailable(new UpstreamFailure.Unreachable(server.reason()));
    }
    var isLegacy = snapshot.profile().speaks(Era.LEGACY);
    var upstream = isLegacy ? server.upstream() : new SessionlessServer(shared, session, server);
    var link = session.links().get(server.name(), upstream, deadline);
    if (isLegacy == (link instanceof SessionlessLink)) {
      // The server has changed its era since the link was opened.
      session.lost(server.name(), link);
      link = session.links().get(server.name(), upstream, deadline);
    }
    return link;
  }
}
