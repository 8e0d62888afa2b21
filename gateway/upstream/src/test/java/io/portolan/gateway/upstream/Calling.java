package io.portolan.gateway.upstream;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.List;

/** Makes requests the way the relay does, and takes answers apart. */
public final class Calling {
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);
  public static final Duration GENEROUS = Duration.ofSeconds(20);

  private Calling() {}

  public static CallContext context() {
    return context(GENEROUS);
  }

  public static CallContext context(Duration budget) {
    return new CallContext(Principal.ANONYMOUS, Deadline.in(budget), TraceContext.start());
  }

  public static CallContext contextOf(String subject) {
    return new CallContext(
        new Principal(TenantId.DEVELOPMENT, subject), Deadline.in(GENEROUS), TraceContext.start());
  }

  /** A tools/call of a client whose own id is "client". */
  public static OutboundRequest call(UpstreamLink link, String tool) {
    return call(link, tool, "{}", "");
  }

  public static OutboundRequest call(UpstreamLink link, String tool, String args, String meta) {
    return of(
        link,
        "{\"jsonrpc\":\"2.0\",\"id\":\"client\",\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\",\"arguments\":"
            + args
            + (meta.isEmpty() ? "" : ",\"_meta\":" + meta)
            + "}}",
        tool);
  }

  public static OutboundRequest of(UpstreamLink link, String json, String name) {
    var message = (Message.Request) read(json);
    return new OutboundRequest(
        link.nextId(),
        message,
        new Splice(message.bytes()),
        message.method(),
        name,
        List.of(),
        new Cancellation());
  }

  public static Message read(String json) {
    try {
      return READER.read(Slice.utf8(json));
    } catch (MalformedMessage e) {
      throw new AssertionError(e);
    }
  }

  public static String text(Answer answer) {
    return switch (answer) {
      case Answer.Whole(Message.Result result, var _) -> result.result().text();
      case Answer.Whole(Message.Failure failure, var _) -> failure.error().text();
      default -> throw new AssertionError("not a whole answer: " + answer);
    };
  }

  public static UpstreamFailure failure(Answer answer) {
    if (answer instanceof Answer.Failed(var failure)) {
      return failure;
    }
    throw new AssertionError("not failed: " + answer);
  }

  public static MessageStream stream(Answer answer) {
    if (answer instanceof Answer.Streamed(var stream)) {
      return stream;
    }
    throw new AssertionError("not a stream: " + answer);
  }

  public static Message received(MessageStream stream) throws InterruptedException {
    var next = stream.next();
    if (next instanceof MessageStream.Received(var message)) {
      return message;
    }
    throw new AssertionError("not a message: " + next);
  }
}
