package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;

/** A modern server with which one session can be opened: that costs no message. */
record SessionlessServer(SessionlessLink.Shared shared, LegacySession session, Server server)
    implements Upstream {
  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline) {
    return new SessionlessLink(shared, session, server.name(), server.upstream().modern());
  }

  @Override
  public ServerDefinition definition() {
    return server.upstream().definition();
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    return server.upstream().probe(deadline);
  }

  @Override
  public UpstreamLink modern() {
    return server.upstream().modern();
  }

  @Override
  public void close() {
    // The server behind it is not the session's to close.
  }
}
