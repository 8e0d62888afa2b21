package io.portolan.bench.load;

import io.portolan.bench.load.Conversation.Heard;
import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.MalformedException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Runs one {@link LoadPlan} on the calling thread: connections on a selector, each in a closed
 * loop.
 *
 * <p>One loop is one run. The counted window opens after the lead-in and closes at its end, replies
 * still due are then waited for and checked but not counted. A connection that hears one bad reply
 * says no more, and the error is in the result.
 */
public final class LoadLoop {
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);
  private static final int ERRORS_KEPT_MAX = 5;

  private final LoadPlan plan;
  private final LongSupplier cpuMicros;
  private final Ids ids;
  private final LatencyHistogram latency = new LatencyHistogram();
  private final List<String> errors = new ArrayList<>();
  private Phase phase = Phase.LEAD_IN;
  private int waiting;
  private long identical;

  private enum Phase {
    LEAD_IN,
    COUNTED,
    DRAIN
  }

  private static final class Connection {
    final McpClient client;
    final Conversation conversation;
    final HttpReader reader = new HttpReader();
    long unitStarted;
    boolean unitBegins = true;

    Connection(McpClient client, Conversation conversation) {
      this.client = client;
      this.conversation = conversation;
    }
  }

  /**
   * @param cpuMicros CPU time that the process under test has taken so far, in microseconds
   * @param ids gives the calls their ids
   */
  public LoadLoop(LoadPlan plan, LongSupplier cpuMicros, Ids ids) {
    this.plan = plan;
    this.cpuMicros = cpuMicros;
    this.ids = ids;
  }

  /** Runs to the end; blocks for the lead-in, the window and the last replies. */
  public LoadResult run() throws IOException, BadReplyException {
    var connections = new ArrayList<Connection>();
    try (var selector = Selector.open()) {
      for (var n = 0; n < plan.connections(); n++) {
        connections.add(connect());
      }
      for (var connection : connections) {
        var channel = connection.client.channel();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, connection);
      }
      var result = loop(selector, connections);
      for (var key : selector.keys()) {
        key.cancel();
      }
      selector.selectNow();
      if (errors.isEmpty()) {
        endSessions(connections);
      }
      return result;
    } finally {
      for (var connection : connections) {
        connection.client.close();
      }
    }
  }

  private Connection connect() throws IOException, BadReplyException {
    var client = McpClient.connect(plan.endpoint(), ids, REPLY_TIMEOUT);
    if (plan.work().inSession()) {
      var _ = client.initialize();
    }
    return new Connection(client, plan.work().on(client, ids));
  }

  private LoadResult loop(Selector selector, List<Connection> connections) throws IOException {
    var started = System.nanoTime();
    var opensAt = started + plan.leadIn().toNanos();
    var opened = opensAt;
    var closed = opened;
    long cpuAtOpening = 0;
    long cpu = 0;
    for (var connection : connections) {
      waiting++;
      ask(connection);
    }
    var lastReply = started;
    while (waiting > 0) {
      var ready = selector.select(this::hear, 20);
      var now = System.nanoTime();
      if (ready > 0) {
        lastReply = now;
      } else if (now - lastReply > REPLY_TIMEOUT.toNanos()) {
        fail(waiting + " replies did not come within " + REPLY_TIMEOUT);
        break;
      }
      if (phase == Phase.LEAD_IN && now >= opensAt) {
        cpuAtOpening = cpuMicros.getAsLong();
        opened = System.nanoTime();
        phase = Phase.COUNTED;
      } else if (phase == Phase.COUNTED && now - opened >= plan.window().toNanos()) {
        cpu = cpuMicros.getAsLong() - cpuAtOpening;
        closed = System.nanoTime();
        phase = Phase.DRAIN;
      }
    }
    var seconds = (closed - opened) / 1e9;
    return new LoadResult(latency.count(), identical, seconds, cpu, latency, errors);
  }

  private void hear(SelectionKey key) {
    var connection = (Connection) key.attachment();
    try {
      var reader = connection.reader;
      var count = connection.client.channel().read(reader.room());
      reader.received(count);
      if (!reader.complete()) {
        if (count < 0) {
          throw new BadReplyException("the connection was closed while a reply was due");
        }
        return;
      }
      judge(connection);
      reader.next();
      if (!reader.idle()) {
        throw new BadReplyException("bytes came after the reply");
      }
      // A unit that has begun is finished, so that no session is left behind.
      if (phase == Phase.DRAIN && connection.unitBegins) {
        waiting--;
      } else {
        ask(connection);
      }
    } catch (IOException | MalformedException | BadReplyException e) {
      fail(e.toString());
      key.cancel();
      waiting--;
    }
  }

  private void judge(Connection connection) throws BadReplyException {
    var heard = connection.conversation.hear(connection.reader);
    if (!connection.reader.keepAlive()) {
      throw new BadReplyException(
          "the server closes connections: " + connection.reader.startLine());
    }
    connection.unitBegins = heard != Heard.UNIT_GOES_ON;
    if (phase != Phase.COUNTED || !connection.unitBegins) {
      return;
    }
    latency.record(System.nanoTime() - connection.unitStarted);
    if (heard == Heard.UNIT_DONE_IDENTICAL) {
      identical++;
    }
  }

  private void ask(Connection connection) throws IOException {
    var request = connection.conversation.ask();
    if (connection.unitBegins) {
      connection.unitStarted = System.nanoTime();
    }
    connection.client.channel().write(request);
    // A request of a few hundred bytes always fits into an empty socket buffer.
    if (request.hasRemaining()) {
      throw new IOException("the socket did not take a whole request at once");
    }
  }

  private void fail(String error) {
    if (errors.size() < ERRORS_KEPT_MAX) {
      errors.add(error);
    }
  }

  private void endSessions(List<Connection> connections) throws IOException, BadReplyException {
    if (!plan.work().inSession()) {
      return;
    }
    for (var connection : connections) {
      connection.client.channel().configureBlocking(true);
      connection.client.endSession();
    }
  }
}
