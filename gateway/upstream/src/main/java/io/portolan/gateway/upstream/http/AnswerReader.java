package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.UpstreamLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes an MCP answer of an HTTP one: one class for what every status and body means. */
final class AnswerReader {
  private static final int ERROR_BYTES_MAX = 1 << 20;
  private static final int EXCERPT_CHARS = 200;
  private static final Duration PAUSE = Duration.ofSeconds(1); // where the server does not say

  /** Whether the request named a session that the server may have forgotten. */
  enum Session {
    NAMED,
    NONE
  }

  /** How a stream of events is handed on. */
  @FunctionalInterface
  interface Streams {
    Answer open(Exchange exchange);
  }

  private final int bytesMax;
  private final LimitCounts counts;
  private final MessageReader messages;

  AnswerReader(UpstreamLimits limits) {
    this.bytesMax = limits.responseBytesMax();
    this.counts = limits.counts();
    this.messages = new MessageReader(JsonLimits.OUTBOUND.withBytesMax(bytesMax));
  }

  int bytesMax() {
    return bytesMax;
  }

  /** An answer, or an event of one, was over the limit. */
  void tooLong() {
    counts.reached(Limit.RESPONSE_BYTES);
  }

  /** Reads the answer to the request {@code id}; ends the exchange unless it is a stream. */
  Answer read(Exchange exchange, Slice id, Session session, Streams streams)
      throws InterruptedException {
    var head = exchange.head();
    var status = head.status();
    try {
      if (status >= 200 && status < 300) {
        if (status == 202 || status == 204) {
          skip(exchange);
          return new Answer.Accepted();
        }
        if (head.content() == ResponseHead.Content.EVENTS) {
          return streams.open(exchange);
        }
        return whole(exchange, id, status);
      }
      return refused(exchange, id, session, status);
    } catch (IOException e) {
      if (e instanceof BadResponse.TooLong) {
        tooLong();
      }
      return new Answer.Failed(exchange.failed(e, "while reading the answer", true));
    }
  }

  private static void skip(Exchange exchange) throws IOException {
    exchange.body().readAll(ERROR_BYTES_MAX);
    exchange.finish();
  }

  private Answer whole(Exchange exchange, Slice id, int status) throws IOException {
    var body = exchange.body().readAll(bytesMax);
    exchange.finish();
    try {
      return new Answer.Whole(answer(messages.read(body), id), status);
    } catch (MalformedMessage e) {
      return bad(e.getMessage());
    } catch (BadResponse e) {
      return bad(e.getMessage());
    }
  }

  private static Answer bad(@Nullable String why) {
    return new Answer.Failed(new UpstreamFailure.BadAnswer(String.valueOf(why)));
  }

  private Answer refused(Exchange exchange, Slice id, Session session, int status)
      throws IOException {
    var retryAfter = exchange.head().retryAfterSeconds();
    var body = exchange.body().readAll(ERROR_BYTES_MAX);
    exchange.finish();
    if (status == 404 && session == Session.NAMED) {
      return new Answer.Failed(new UpstreamFailure.SessionLost("404: " + excerpt(body)));
    }
    var message = status < 400 ? null : errorIn(body, id);
    if (asksForPause(status, message, retryAfter)) {
      return new Answer.Failed(
          new UpstreamFailure.Throttled(
              retryAfter < 0 ? PAUSE : Duration.ofSeconds(retryAfter),
              status == 429
                  ? UpstreamFailure.Throttled.Whom.CALLER
                  : UpstreamFailure.Throttled.Whom.EVERYBODY,
              "HTTP " + status + ": " + excerpt(body)));
    }
    if (message == null) {
      return new Answer.Failed(
          new UpstreamFailure.Refused(status, "HTTP " + status + ": " + excerpt(body)));
    }
    if (status == 400 && session == Session.NAMED && namesSession(message)) {
      return new Answer.Failed(new UpstreamFailure.SessionLost("400: " + excerpt(body)));
    }
    return new Answer.Whole(message, status);
  }

  /** A message without a time to wait is more use to the caller than a pause of our making. */
  private static boolean asksForPause(
      int status, Message.@Nullable Answer message, int retryAfterSeconds) {
    return switch (status) {
      case 429 -> message == null || retryAfterSeconds >= 0;
      case 503 -> message == null && retryAfterSeconds >= 0;
      default -> false;
    };
  }

  /** The JSON-RPC answer in an error's body, if there is one. */
  private Message.@Nullable Answer errorIn(Slice body, Slice id) {
    try {
      return answer(messages.read(body), id);
    } catch (MalformedMessage | BadResponse _) {
      return null;
    }
  }

  /*
   * A restarted server should say 404. The example servers of the TypeScript SDK, copied into many
   * real ones, say 400 with "Bad Request: No valid session ID provided" or "Server not initialized"
   * and code -32000; they have not acted on the request either.
   */
  private static boolean namesSession(Message.Answer answer) {
    if (!(answer instanceof Message.Failure failure)) {
      return false;
    }
    var error = JsonView.of(failure.error());
    var code = error.get("code");
    var text = error.string("message");
    if (code == null || !code.is("-32000") || text == null) {
      return false;
    }
    var lower = text.toLowerCase(Locale.ROOT);
    return lower.contains("session") || lower.contains("not initialized");
  }

  /** One message of a stream. */
  Message message(Slice data) throws BadResponse {
    try {
      return messages.read(data);
    } catch (MalformedMessage e) {
      throw new BadResponse(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks that a message answers the request {@code id}. An error that names no request is taken
   * for the answer, because nothing else was asked, and is given the id.
   */
  static Message.Answer answer(Message message, Slice id) throws BadResponse {
    if (!(message instanceof Message.Answer answer)) {
      throw new BadResponse("expected an answer, got a " + message.getClass().getSimpleName());
    }
    if (answer.id().equals(id)) {
      return answer;
    }
    if (answer instanceof Message.Failure failure && failure.id().is("null")) {
      return named(failure, id);
    }
    throw new BadResponse("the answer is to request " + answer.id() + ", not to " + id);
  }

  private static Message.Failure named(Message.Failure failure, Slice id) {
    var json =
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("id", id)
            .member("error", failure.error())
            .endObject()
            .toSlice();
    var members = JsonView.of(json);
    return new Message.Failure(
        json,
        Objects.requireNonNull(members.get("id")),
        Objects.requireNonNull(members.get("error")));
  }

  private static String excerpt(Slice body) {
    var text = body.text();
    return text.length() <= EXCERPT_CHARS ? text : text.substring(0, EXCERPT_CHARS) + "...";
  }
}
