package io.portolan.gateway.upstream;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.EndedStream;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;

/** A server that is down for good and says why: another definition will take its place. */
final class UnusableUpstream implements Upstream {
  private final ServerDefinition.Unusable definition;
  private final UpstreamFailure failure;

  UnusableUpstream(ServerDefinition.Unusable definition) {
    this.definition = definition;
    this.failure = new UpstreamFailure.Unreachable(definition.reason());
  }

  @Override
  public ServerDefinition definition() {
    return definition;
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable {
    throw new UpstreamUnavailable(failure);
  }

  @Override
  public UpstreamLink modern() {
    return new Unreachable();
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable {
    throw new UpstreamUnavailable(failure);
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  /** Says the same to every request. */
  private final class Unreachable implements UpstreamLink {
    @Override
    public Era era() {
      return Era.MODERN;
    }

    @Override
    public JsonView hello() {
      return JsonView.of(Slice.utf8("{}"));
    }

    @Override
    public long nextId() {
      return 1;
    }

    @Override
    public Answer request(OutboundRequest request, CallContext context) {
      return new Answer.Failed(failure);
    }

    @Override
    public UpstreamFailure send(Payload message, CallContext context) {
      return failure;
    }

    @Override
    public MessageStream listen() {
      return new EndedStream();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
