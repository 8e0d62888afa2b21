package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.parked.Declared;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts a server's answer to one request into a modern client's terms. Used by one thread. */
final class ModernAnswer {
  private static final Duration REFRESH_MAX = Duration.ofSeconds(2);
  private static final Slice NOTHING = Slice.utf8("{}");

  private final ModernCall ask;
  private final Server server;
  private final Era era;
  private @Nullable Slice lacking;

  ModernAnswer(ModernCall ask, Server server, Era era) {
    this.ask = ask;
    this.server = server;
    this.era = era;
  }

  /** The answer with the client's id and names, and what its era demands. */
  Payload toClient(Answered read) {
    var answer = Screened.result(ask.call(), ask.view(), ask.request(), read);
    var message = answer.message();
    if (ask.call().isApproved() && answer.asksForInput()) {
      ask.call().goesOn();
    }
    if (era == Era.LEGACY && InputRequired.isUrlsRequired(message)) {
      return InputRequired.missingUrls(ask.request().id(), server.name());
    }
    var splice = ask.view().toClient(server, answer).replace(message.id(), ask.request().id());
    if (era == Era.LEGACY) {
      Bridge.resultToModern(ask.request().method(), answer, splice);
      Bridge.failureToModern(message, splice);
    }
    return splice.apply();
  }

  /** The HTTP status: a modern server's own, or the one its error code asks for. */
  int status(Message.Answer answer, int received) {
    var code = Bridge.codeOf(answer);
    if (code == null) {
      return 200;
    }
    if (received != 200) {
      return received;
    }
    if (is(code, ErrorCode.METHOD_NOT_FOUND)) {
      return 404;
    }
    var isAboutTheRequest =
        is(code, ErrorCode.MISSING_CLIENT_CAPABILITY)
            || is(code, ErrorCode.HEADER_MISMATCH)
            || is(code, ErrorCode.UNSUPPORTED_PROTOCOL_VERSION)
            || (era == Era.LEGACY && is(code, ErrorCode.URL_ELICITATION_REQUIRED));
    return isAboutTheRequest ? 400 : 200;
  }

  private static boolean is(Slice number, ErrorCode code) {
    return number.is(Integer.toString(code.value()));
  }

  /** Carries a streamed answer to its end. */
  Outcome pump(MessageStream in, Source from, Federation federation) throws InterruptedException {
    try (in;
        var reply = new ModernReply(ask.call().reply())) {
      if (era == Era.MODERN) {
        reply.open(); // a stream leaves as a stream
      }
      while (true) {
        switch (in.next()) {
          case MessageStream.Received(Message.Answer message) -> {
            var answer = Answered.of(message);
            var missing = lacking;
            if (missing != null && InputRequired.isFailure(answer)) {
              reply.end(400, InputRequired.missing(ask.request().id(), server.name(), missing));
              return Outcome.BAD_REQUEST;
            }
            reply.end(status(message, 200), toClient(answer));
            return ask.call().outcome(answer);
          }
          case MessageStream.Received(Message.Call message) -> {
            var changed = ListKind.changedBy(message.method());
            if (!changed.isEmpty()) {
              federation.refresh(from.server().name(), changed, REFRESH_MAX);
            } else if (!carry(reply, from, message)) {
              ask.cancellation().cancel();
              return broken(reply, from, ask.gone(), federation);
            }
          }
          case MessageStream.Paused _ -> {
            // The transport comes back to the server by itself; this era has no such thing.
          }
          case MessageStream.Ended _ -> {
            return broken(
                reply,
                from,
                ask.cancellation().isCancelled()
                    ? ask.gone()
                    : new UpstreamFailure.BrokenOff("stream ended without an answer", true),
                federation);
          }
          case MessageStream.Broken(var failure) -> {
            return broken(reply, from, ask.told(failure), federation);
          }
        }
      }
    }
  }

  private Outcome broken(
      ModernReply reply, Source from, UpstreamFailure failure, Federation federation) {
    Withdrawals.after(failure, from.link(), from.id(), from.context());
    if (Failures.isWorthACheck(failure)) {
      federation.check(from.server().name());
    }
    var error = Failures.payload(ask.request().id(), from.server().name(), failure);
    reply.end(200, Failures.headers(failure), error);
    return Failures.outcome(failure);
  }

  /** Carries a notification; false once the client is gone. */
  private boolean carry(ModernReply reply, Source from, Message.Call message)
      throws InterruptedException {
    return switch (message) {
      case Message.Request reverse -> {
        refuse(from, reverse);
        yield true;
      }
      case Message.Notification notification ->
          !isWanted(notification)
              || reply.write(ask.view().toClient(from.server(), notification).apply());
    };
  }

  /** A modern server knows what it may send; of a legacy one only some belongs to the request. */
  private boolean isWanted(Message.Notification notification) {
    return switch (notification.method()) {
      case Methods.LOG_MESSAGE -> LogLevels.isWanted(ask.request(), notification);
      case Methods.CANCELLED, Methods.RESOURCES_UPDATED, Methods.ELICITATION_COMPLETE ->
          era == Era.MODERN;
      default -> true;
    };
  }

  /** No request can be sent to a modern client on a stream. */
  private void refuse(Source from, Message.Request reverse) throws InterruptedException {
    if (InputRequired.isQuestion(reverse)) {
      lacking = Declared.NOTHING.missing(reverse);
    }
    var answer =
        reverse.method().equals(Methods.PING)
            ? Replies.result(reverse.id(), NOTHING)
            : Replies.error(
                reverse.id(),
                ErrorCode.METHOD_NOT_FOUND,
                "Method not found: the client takes no " + reverse.method());
    from.link().send(answer, from.context());
  }
}
