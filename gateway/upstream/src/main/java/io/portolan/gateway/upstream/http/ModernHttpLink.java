package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.EndedStream;
import io.portolan.tenancy.CallContext;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Streamable HTTP of 2026-07-28: no session; closing the connection cancels. */
final class ModernHttpLink implements UpstreamLink {
  private static final Slice NO_ID = Slice.utf8("null");

  private final ProvenClient client;
  private final HeadTemplate template;
  private final AnswerReader answers;
  private final Supplier<JsonView> hello;
  private final AtomicLong ids = new AtomicLong(1);

  /**
   * @param hello the server's remembered words
   */
  ModernHttpLink(
      ProvenClient client, HeadTemplate template, AnswerReader answers, Supplier<JsonView> hello) {
    this.client = client;
    this.template = template.with("MCP-Protocol-Version", ProtocolVersion.LATEST.text());
    this.answers = answers;
    this.hello = hello;
  }

  @Override
  public Era era() {
    return Era.MODERN;
  }

  @Override
  public JsonView hello() {
    return hello.get();
  }

  @Override
  public long nextId() {
    return ids.getAndIncrement();
  }

  @Override
  public Answer request(OutboundRequest request, CallContext context) throws InterruptedException {
    var id = Slice.utf8(Long.toString(request.id()));
    var body = request.splice().replace(request.message().id(), id).apply();
    var http = HttpRequest.post(template, context.trace(), body).withLines(lines(request));
    try {
      // A subscription stays open for as long as somebody listens, so it must not take the place
      // of a call.
      var exchange =
          request.method().equals(Methods.SUBSCRIPTIONS_LISTEN)
              ? client.listen(http, context.principal(), context.deadline(), request.cancellation())
              : client.send(http, context.principal(), context.deadline(), request.cancellation());
      return answers.read(
          exchange,
          id,
          AnswerReader.Session.NONE,
          events ->
              new Answer.Streamed(
                  new HttpMessageStream(
                      answers, events, id, context.deadline(), new StrayProgress(request), null)));
    } catch (ExchangeFailed e) {
      return new Answer.Failed(e.failure());
    }
  }

  private static String lines(OutboundRequest request) {
    var lines = new StringBuilder(64);
    header(lines, "Mcp-Method", HeaderText.encode(request.method()));
    if (request.name() != null) {
      header(lines, "Mcp-Name", HeaderText.encode(request.name()));
    }
    for (var header : request.paramHeaders()) {
      if (HeaderText.isToken(header.name())) {
        header(lines, header.name(), HeaderText.pass(header.value()));
      }
    }
    return lines.toString();
  }

  private static void header(StringBuilder lines, String name, String value) {
    lines.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public @Nullable UpstreamFailure send(Payload message, CallContext context)
      throws InterruptedException {
    var method = JsonView.of(message.join()).string("method");
    if (method == null || method.equals(Methods.CANCELLED)) {
      // On HTTP a call is cancelled by closing its connection, and nothing is asked of the client.
      return null;
    }
    var http =
        HttpRequest.post(template, context.trace(), message)
            .withLines("Mcp-Method: " + HeaderText.encode(method) + "\r\n");
    try {
      var exchange = client.send(http, context.principal(), context.deadline(), new Cancellation());
      return Accepting.failure(
          answers.read(
              exchange,
              NO_ID,
              AnswerReader.Session.NONE,
              events -> {
                events.abandon();
                return new Answer.Accepted();
              }));
    } catch (ExchangeFailed e) {
      return e.failure();
    }
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
