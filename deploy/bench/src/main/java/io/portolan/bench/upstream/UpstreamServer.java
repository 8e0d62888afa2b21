package io.portolan.bench.upstream;

import io.portolan.bench.upstream.McpAnswers.SessionHeaders;
import io.portolan.bench.wire.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * A fast MCP server on one thread and one selector, bound to loopback.
 *
 * <p>{@link #run()} blocks until {@link #close()}, which any thread may call.
 */
public final class UpstreamServer implements AutoCloseable {
  private final McpAnswers answers;
  private final Output out = new Output();
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final PriorityQueue<Due> due = new PriorityQueue<>();
  private volatile boolean closing;

  /** The next event of a stream, and when it is to be sent ({@code System.nanoTime()}). */
  private record Due(long atNanos, Connection connection, ProgressStream stream)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.signum(atNanos - other.atNanos);
    }
  }

  private UpstreamServer(SessionHeaders sessions, int port) throws IOException {
    answers = new McpAnswers(sessions);
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 4096);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  /** Binds a server that issues a session id at {@code initialize}; port 0 picks a free one. */
  public static UpstreamServer bind(int port) throws IOException {
    return new UpstreamServer(SessionHeaders.ISSUED, port);
  }

  /** Binds a server that knows no session ids; port 0 picks a free one. */
  public static UpstreamServer bindWithoutSessions(int port) throws IOException {
    return new UpstreamServer(SessionHeaders.ABSENT, port);
  }

  /** The port it listens on. */
  public int port() {
    return listener.socket().getLocalPort();
  }

  /** Serves until closed. */
  public void run() throws IOException {
    while (!closing) {
      selector.select(this::ready, millisToNextEvent());
      sendDueEvents();
    }
    for (var key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept();
      return;
    }
    var connection = (Connection) key.attachment();
    try {
      if (key.isWritable()) {
        connection.flush();
      }
      if (key.isReadable()) {
        read(connection);
      }
    } catch (IOException _) {
      connection.close();
    } catch (MalformedException e) {
      System.err.println("upstream: " + e.getMessage());
      connection.close();
    }
  }

  private void accept() {
    try {
      for (var channel = listener.accept(); channel != null; channel = listener.accept()) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var key = channel.register(selector, SelectionKey.OP_READ);
        key.attach(new Connection(channel, key));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("accepting a connection", e);
    }
  }

  private void read(Connection connection) throws IOException {
    var reader = connection.reader;
    var count = connection.channel.read(reader.room());
    if (count < 0) {
      connection.close();
      return;
    }
    reader.received(count);
    while (reader.complete()) {
      out.clear();
      var stream = answers.answer(reader, out);
      connection.write(out.written());
      reader.next();
      stream.ifPresent(rest -> schedule(connection, rest));
    }
  }

  private void schedule(Connection connection, ProgressStream stream) {
    due.add(new Due(System.nanoTime() + ProgressStream.SPACING.toNanos(), connection, stream));
  }

  private void sendDueEvents() {
    while (!due.isEmpty() && due.element().atNanos() - System.nanoTime() <= 0) {
      var next = due.remove();
      out.clear();
      var more = next.stream().step(out);
      try {
        next.connection().write(out.written());
        if (more) {
          due.add(
              new Due(
                  next.atNanos() + ProgressStream.SPACING.toNanos(),
                  next.connection(),
                  next.stream()));
        }
      } catch (IOException _) {
        next.connection().close();
      }
    }
  }

  private long millisToNextEvent() {
    if (due.isEmpty()) {
      return 0;
    }
    var nanos = due.element().atNanos() - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  @Override
  public void close() throws IOException {
    closing = true;
    listener.close();
    selector.wakeup();
  }
}
