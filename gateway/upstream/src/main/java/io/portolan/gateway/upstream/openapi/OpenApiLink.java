package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.EndedStream;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.tenancy.CallContext;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the modern era for an API: answers what a server with nothing but tools is asked. Shared
 * by all callers.
 */
final class OpenApiLink implements UpstreamLink {
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INTERNAL_ERROR = -32603;
  private static final System.Logger LOG = System.getLogger(OpenApiLink.class.getName());

  private final String server;
  private final ApiDescription description;
  private final ApiCalls calls;
  private final AtomicLong ids = new AtomicLong(1);

  OpenApiLink(String server, ApiDescription description, ApiCalls calls) {
    this.server = server;
    this.description = description;
    this.calls = calls;
  }

  @Override
  public Era era() {
    return Era.MODERN;
  }

  @Override
  public JsonView hello() {
    return JsonView.of(offer().discovered());
  }

  @Override
  public long nextId() {
    return ids.getAndIncrement();
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    var id = Slice.utf8(Long.toString(request.id()));
    return switch (request.method()) {
      case Methods.SERVER_DISCOVER -> result(id, offer().discovered());
      case Methods.TOOLS_LIST -> listed(id, context);
      case Methods.TOOLS_CALL -> {
        var body = request.splice().replace(request.message().id(), id).apply();
        yield switch (calls.call(offer(), body.join(), context, request.cancellation())) {
          case ApiCalls.Outcome.Result(var result) -> result(id, result);
          case ApiCalls.Outcome.Wrong(var code, var message) -> error(id, code, message);
          case ApiCalls.Outcome.Failed(var failure) -> new Answer.Failed(failure);
        };
      }
      default -> error(id, METHOD_NOT_FOUND, "Method not found: " + request.method());
    };
  }

  /** Who asks for the list wants it as it is now. A document that cannot be read is an error. */
  private Answer listed(Slice id, CallContext context) throws InterruptedException {
    try {
      return result(id, description.read(context.deadline()).listed());
    } catch (UpstreamUnavailable e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "server {0} keeps its tools as they are: {1}",
          server,
          e.getMessage());
      return error(id, INTERNAL_ERROR, "the document cannot be read");
    }
  }

  private Offer offer() {
    var known = description.offer();
    if (known == null) {
      throw new IllegalStateException("server '" + server + "' was not probed");
    }
    return known;
  }

  private static Answer result(Slice id, Slice result) {
    var json = OwnMessages.result(id, result);
    var members = JsonView.of(json);
    return new Answer.Whole(
        new Message.Result(
            json,
            Objects.requireNonNull(members.get("id")),
            Objects.requireNonNull(members.get("result")),
            members.view("result")),
        200);
  }

  private static Answer error(Slice id, int code, String message) {
    var json = OwnMessages.error(id, code, message);
    var members = JsonView.of(json);
    return new Answer.Whole(
        new Message.Failure(
            json,
            Objects.requireNonNull(members.get("id")),
            Objects.requireNonNull(members.get("error"))),
        200);
  }

  /** An API has no use for notifications, and asks nothing that could be answered. */
  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context) {
    return null;
  }

  @Override
  public MessageStream listen() {
    return new EndedStream();
  }

  @Override
  public void close() {
    // Shared by all callers; it ends with its upstream.
  }
}
