package io.portolan.gateway.http;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.webserver.CloseConnectionException;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.http.connection.EdgeConnection;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.Payload;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request's reply on its connection. Writes head and body itself, in as few writes as can be:
 * at tens of thousands of replies a second this is what the edge does most. Used by the request's
 * own thread.
 */
final class HttpReply implements Reply {
  /** A larger body leaves through a buffer that is used again. */
  private static final int JOINED_MAX = 16 << 10;

  private static final byte[] JSON = ResponseBytes.ascii("Content-Type: application/json\r\n");
  private static final byte[] EVENTS =
      ResponseBytes.ascii(
          String.join(
              "\r\n",
              "Content-Type: text/event-stream",
              "Cache-Control: no-store",
              "X-Accel-Buffering: no",
              "Transfer-Encoding: chunked",
              ""));

  private static final CallRecord STANDING = Observer.record(CallRecord.Outcome.OK);

  private final EdgeConnection connection;
  private List<Header> always;
  private Function<String, List<Header>> challenge = _ -> List.of();
  private @Nullable Standing standing;
  private boolean keepAlive;
  private boolean begun;
  private boolean broken;
  private int status;
  private long bodyBytes;

  /**
   * @param always headers of every reply to this request
   * @param keepAlive whether the client would use the connection again
   */
  HttpReply(EdgeConnection connection, List<Header> always, boolean keepAlive) {
    this.connection = connection;
    this.always = always;
    this.keepAlive = keepAlive && !connection.closing();
  }

  @Override
  public void whole(int status, List<Header> headers, Payload json) {
    whole(status, headers, JSON, json, false);
  }

  /** Adds headers that every reply has, besides those it has already. Before the reply only. */
  void also(List<Header> headers) {
    if (!headers.isEmpty()) {
      var all = new ArrayList<>(always);
      all.addAll(headers);
      always = all;
    }
  }

  /** What the headers are that ask for a proof with these scopes. */
  void challenge(Function<String, List<Header>> withScopes) {
    challenge = withScopes;
  }

  @Override
  public void insufficientScope(String scopes, Payload json) {
    whole(403, challenge.apply(scopes), json);
  }

  /** Refuses with a JSON-RPC error. */
  void refuse(Refusal refusal, List<Header> headers, boolean headOnly) {
    whole(refusal.status(), headers, JSON, JsonRpcError.of(refusal), headOnly);
  }

  /** The connection ends with this reply. Before the reply only. */
  void makeLast() {
    keepAlive = false;
  }

  /** What was begun cannot be finished: the connection ends without it. */
  void breakOff() {
    broken = true;
  }

  /** Replies with a body of any type; {@code headOnly} sends everything but the body. */
  void whole(int status, List<Header> headers, byte[] typeLine, Payload body, boolean headOnly) {
    var joined = !headOnly && body.length() <= JOINED_MAX;
    var head = begin(status, headers, joined ? body.length() : 0);
    head.lines(typeLine).contentLength(body.length()).endOfHead();
    if (joined) {
      write(head.body(body));
    } else if (headOnly) {
      write(head);
    } else {
      writeLarge(head, body);
    }
    bodyBytes = headOnly ? 0 : body.length();
  }

  private void writeLarge(ResponseBytes head, Payload body) {
    var buffer = WriteBuffers.take();
    System.arraycopy(head.array(), 0, buffer, 0, head.size());
    var filled = head.size();
    for (var part : body.parts()) {
      for (int at = part.from(); at < part.to(); ) {
        var count = Math.min(buffer.length - filled, part.to() - at);
        System.arraycopy(part.array(), at, buffer, filled, count);
        at += count;
        filled += count;
        if (filled == buffer.length) {
          var _ = write(buffer, 0, filled);
          filled = 0;
        }
      }
    }
    if (filled > 0) {
      var _ = write(buffer, 0, filled);
    }
    WriteBuffers.giveBack(buffer);
  }

  @Override
  public void empty(int status, List<Header> headers) {
    var head = begin(status, headers, 0);
    if (status != 204) {
      head.contentLength(0);
    }
    write(head.endOfHead());
  }

  @Override
  public EventSink stream(List<Header> headers) {
    var sink = new SseSink(this, begin(200, headers, 256).lines(EVENTS).endOfHead());
    connection.overdue(sink::sendHead);
    return sink;
  }

  @Override
  public CallRecord stand(Standing later) {
    if (standing != null) {
      throw new IllegalStateException("a stream stands already");
    }
    standing = later;
    return STANDING;
  }

  /** The stream that is to be written yet; null when there is none. */
  @Nullable Standing standing() {
    return standing;
  }

  @Override
  public void cancelOnDisconnect(Cancellation cancellation) {
    connection.cancelOnDisconnect(cancellation);
  }

  private ResponseBytes begin(int withStatus, List<Header> headers, int body) {
    if (begun) {
      throw new IllegalStateException("this request has been replied to");
    }
    var head = new ResponseBytes(withStatus, body);
    if (!keepAlive) {
      head.connectionClose();
    }
    for (var header : always) {
      head.header(header.name(), header.value());
    }
    for (var header : headers) {
      head.header(header.name(), header.value());
    }
    begun = true;
    status = withStatus;
    return head;
  }

  /** Whether it reached the socket; nothing more can be written once it did not. */
  boolean write(ResponseBytes bytes) {
    return write(bytes.array(), 0, bytes.size());
  }

  private boolean write(byte[] bytes, int from, int to) {
    if (broken) {
      return false;
    }
    try {
      connection.write(bytes, from, to);
      return true;
    } catch (UncheckedIOException | SocketWriterException _) {
      // The client has gone or does not read. That is its right, and nothing to report.
      broken = true;
      return false;
    }
  }

  void countBody(long bytes) {
    bodyBytes += bytes;
  }

  boolean begun() {
    return begun;
  }

  int status() {
    return status;
  }

  long bodyBytes() {
    return bodyBytes;
  }

  /**
   * Ends the exchange.
   *
   * @throws CloseConnectionException when the connection cannot or should not be used again
   */
  void end() {
    connection.replied();
    if (broken || !keepAlive || connection.closing()) {
      throw new CloseConnectionException(broken ? "the client has gone" : "last reply sent");
    }
  }
}
