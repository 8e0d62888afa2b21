package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.Condition;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;

/**
 * A server as callers see it: their calls pass its {@link ServerGuard}. The gateway's own probes
 * use the server itself, so that a full or open guard does not keep it from being found well.
 */
public final class GuardedUpstream implements Upstream {
  private final Upstream upstream;
  private final ServerGuard guard;
  private final UpstreamLink modern;

  /** Puts a guard around a server. */
  public GuardedUpstream(Upstream upstream, ServerGuard guard) {
    this.upstream = upstream;
    this.guard = guard;
    this.modern = new GuardedLink(upstream.modern(), guard);
  }

  @Override
  public ServerDefinition definition() {
    return upstream.definition();
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    return upstream.probe(deadline);
  }

  @Override
  public UpstreamLink modern() {
    return modern;
  }

  /** That a session could be opened says little of calls: only that it could not is counted. */
  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    return openSession(opening, Principal.GATEWAY, deadline);
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var refusal = guard.enter(null, deadline, new Cancellation());
    if (refusal != null) {
      throw new UpstreamUnavailable(refusal);
    }
    try {
      var link = upstream.openSession(opening, principal, deadline);
      guard.undecided();
      return new GuardedLink(link, guard);
    } catch (UpstreamUnavailable e) {
      guard.failed(e.failure(), null);
      throw e;
    } finally {
      guard.leave();
    }
  }

  @Override
  public boolean mayRepeat(OutboundRequest request, UpstreamFailure failure) {
    return guard.mayRepeat(request, failure);
  }

  @Override
  public Condition condition() {
    return guard.condition();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
