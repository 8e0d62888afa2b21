package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Principal;
import org.jspecify.annotations.Nullable;

/**
 * A link whose requests pass the server's guard, and are answered or fail: a server that only
 * accepts a request would keep its caller waiting. What else is sent passes freely: an answer to
 * the server's question, or a cancellation, is what lets calls end.
 */
final class GuardedLink implements UpstreamLink {
  private static final UpstreamFailure NO_ANSWER =
      new UpstreamFailure.BadAnswer("a request was accepted and not answered");

  private final UpstreamLink link;
  private final ServerGuard guard;

  GuardedLink(UpstreamLink link, ServerGuard guard) {
    this.link = link;
    this.guard = guard;
  }

  @Override
  public Era era() {
    return link.era();
  }

  @Override
  public JsonView hello() {
    return link.hello();
  }

  @Override
  public long nextId() {
    return link.nextId();
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    if (request.method().equals(Methods.SUBSCRIPTIONS_LISTEN)) {
      return link.request(request, context); // lasts as long as somebody listens; it is no call
    }
    var refusal = guard.enter(context.principal(), context.deadline(), request.cancellation());
    if (refusal != null) {
      return new Answer.Failed(refusal);
    }
    var ended = true;
    try {
      var answer = answered(link.request(request, context));
      if (answer instanceof Answer.Streamed(var stream)) {
        ended = false;
        return new Answer.Streamed(new GuardedStream(stream, guard, context.principal()));
      }
      judge(answer, context.principal());
      return answer;
    } catch (InterruptedException | RuntimeException e) {
      guard.undecided();
      throw e;
    } finally {
      if (ended) {
        guard.leave();
      }
    }
  }

  private static Answer answered(Answer answer) {
    return answer instanceof Answer.Accepted ? new Answer.Failed(NO_ANSWER) : answer;
  }

  private void judge(Answer answer, Principal caller) {
    switch (answer) {
      case Answer.Whole(var _, var status) -> guard.answered(status);
      case Answer.Failed(var failure) -> guard.failed(failure, caller);
      case Answer.Streamed _ -> {} // judged by its end
      case Answer.Accepted _ -> {} // is none for a request
    }
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    return link.send(message, context);
  }

  @Override
  public MessageStream listen() {
    return link.listen();
  }

  @Override
  public void close() {
    link.close();
  }
}
