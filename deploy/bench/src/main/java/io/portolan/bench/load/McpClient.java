package io.portolan.bench.load;

import io.portolan.bench.load.ProgressReport.Arrival;
import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.JsonSlice;
import io.portolan.bench.wire.MalformedException;
import io.portolan.bench.wire.SseCursor;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One blocking MCP connection: hand-shake, lists, single calls, streams.
 *
 * <p>Not thread-safe. A reply that does not come within the time-out fails with {@code
 * SocketTimeoutException}.
 */
public final class McpClient implements AutoCloseable {
  private final URI endpoint;
  private final SocketChannel channel;
  private final Ids ids;
  private final HttpReader reader = new HttpReader();
  private String sessionId = "";

  private McpClient(URI endpoint, SocketChannel channel, Ids ids) {
    this.endpoint = endpoint;
    this.channel = channel;
    this.ids = ids;
  }

  /** Connects to the endpoint's host and port; nothing is sent yet. */
  public static McpClient connect(URI endpoint, Ids ids, Duration timeout) throws IOException {
    var channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var millis = Math.toIntExact(timeout.toMillis());
      channel
          .socket()
          .connect(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()), millis);
      channel.socket().setSoTimeout(millis);
      return new McpClient(endpoint, channel, ids);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Connects and opens a session. */
  public static McpClient open(URI endpoint, Ids ids, Duration timeout)
      throws IOException, BadReplyException {
    var client = connect(endpoint, ids, timeout);
    try {
      client.initialize();
      return client;
    } catch (IOException | BadReplyException e) {
      client.close();
      throw e;
    }
  }

  /** Says {@code initialize} and {@code notifications/initialized}; returns the session's id. */
  public String initialize() throws IOException, BadReplyException {
    var id = ids.next();
    exchange(McpRequest.opening(endpoint).post(numbered(McpBodies.initialize(), id)));
    var result = Replies.result(reader, id);
    if (result.member("protocolVersion").isEmpty()) {
      throw new BadReplyException("initialize without a version: " + Replies.shown(reader));
    }
    sessionId = reader.header("mcp-session-id").orElse("");
    exchange(within().post(McpBodies.INITIALIZED));
    if (reader.status() != 202) {
      throw new BadReplyException("expected 202 for a notification: " + Replies.shown(reader));
    }
    return sessionId;
  }

  /** The names of the tools on every page. */
  public List<String> toolNames() throws IOException, BadReplyException {
    var names = new ArrayList<String>();
    var body = McpBodies.toolsList();
    for (var pages = 0; pages < 1000; pages++) {
      var id = ids.next();
      exchange(within().post(numbered(body, id)));
      var result = Replies.result(reader, id);
      result.member("tools").stream()
          .flatMap(tools -> tools.elements().stream())
          .flatMap(tool -> tool.member("name").stream())
          .forEach(name -> names.add(name.text()));
      var cursor = result.member("nextCursor").map(JsonSlice::text);
      if (cursor.isEmpty()) {
        return names;
      }
      body = McpBodies.toolsList(cursor.get());
    }
    throw new BadReplyException("tools/list did not end after 1000 pages");
  }

  /** The body of the first page of {@code tools/list}, with a place for its id. */
  public String firstPage() throws IOException, BadReplyException {
    var id = ids.next();
    exchange(within().post(numbered(McpBodies.toolsList(), id)));
    var _ = Replies.result(reader, id);
    return reader.bodyText().replaceFirst(Long.toString(id), DigitTemplate.PLACE);
  }

  /** Makes one call and checks its answer. */
  public void echo(String tool) throws IOException, BadReplyException {
    var id = ids.next();
    exchange(within().post(numbered(McpBodies.call(tool, "call " + id), id)));
    checkText("call " + id, id);
  }

  private void checkText(String due, long id) throws BadReplyException {
    var text = Replies.result(reader, id).at("content", "0", "text").map(JsonSlice::text);
    if (!text.orElse("").equals(due)) {
      throw new BadReplyException("not the answer to call " + id + ": " + Replies.shown(reader));
    }
  }

  /** Calls the progress tool and says when each event came. */
  public ProgressReport progress(String tool) throws IOException, BadReplyException {
    var id = ids.next();
    var token = "token-" + id;
    var started = System.nanoTime();
    send(within().post(numbered(McpBodies.progressCall(tool, "done " + id, token), id)));
    var arrivals = new ArrayList<Arrival>();
    var cursor = new SseCursor();
    var complete = false;
    while (!complete) {
      complete = receive();
      var now = System.nanoTime();
      if (!reader.headRead() || !reader.eventStream()) {
        continue;
      }
      for (var event = nextEvent(cursor); event.isPresent(); event = nextEvent(cursor)) {
        arrivals.add(new Arrival(now - started, JsonSlice.of(event.get())));
      }
    }
    checkText("done " + id, id);
    return ProgressReport.of(token, arrivals);
  }

  /** Opens the session's GET stream and leaves it open; false when the server has none. */
  public boolean openStream() throws IOException, BadReplyException {
    send(within().get());
    var complete = receive();
    while (!complete && (!reader.headRead() || reader.status() != 200)) {
      complete = receive();
    }
    if (reader.status() == 405) {
      return false;
    }
    if (reader.status() != 200 || !reader.eventStream()) {
      throw new BadReplyException("expected an event stream: " + Replies.shown(reader));
    }
    return true;
  }

  /** Ends the session; a server that knows no sessions answers 405, which is as good. */
  public void endSession() throws IOException, BadReplyException {
    exchange(within().delete());
    if (reader.status() / 100 != 2 && reader.status() != 405) {
      throw new BadReplyException("expected DELETE to succeed: " + Replies.shown(reader));
    }
  }

  /** The id the server gave the session; empty when it gave none. */
  public String sessionId() {
    return sessionId;
  }

  URI endpoint() {
    return endpoint;
  }

  /** The connection, between two exchanges. */
  SocketChannel channel() {
    return channel;
  }

  /** What has been received on it, between two exchanges. */
  HttpReader reader() {
    return reader;
  }

  private McpRequest within() {
    return McpRequest.within(endpoint, sessionId);
  }

  private Optional<byte[]> nextEvent(SseCursor cursor) {
    return cursor.next(reader.bytes(), reader.bodyFrom(), reader.bodyTo());
  }

  private void exchange(String request) throws IOException {
    send(request);
    while (!receive()) {
      // The reply is not complete yet.
    }
  }

  private void send(String request) throws IOException {
    if (reader.headRead()) {
      reader.next();
    }
    var bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  // Reads through the socket's stream, because only that honours the time-out.
  private boolean receive() throws IOException {
    var count = reader.readFrom(channel.socket().getInputStream());
    try {
      var complete = reader.complete();
      if (count < 0 && !complete) {
        throw new EOFException("the connection was closed before the reply");
      }
      return complete;
    } catch (MalformedException e) {
      throw new IOException("reading a reply from " + endpoint, e);
    }
  }

  private static String numbered(String body, long id) {
    return body.replace(DigitTemplate.PLACE, Long.toString(id));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
