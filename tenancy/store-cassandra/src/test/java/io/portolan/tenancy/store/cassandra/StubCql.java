package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.request.Batch;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.simulacron.common.cluster.AbstractNode;
import com.datastax.oss.simulacron.common.cluster.ClusterSpec;
import com.datastax.oss.simulacron.common.stubbing.Action;
import com.datastax.oss.simulacron.common.stubbing.MessageResponseAction;
import com.datastax.oss.simulacron.common.stubbing.StubMapping;
import com.datastax.oss.simulacron.server.BoundCluster;
import com.datastax.oss.simulacron.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Nodes that speak Cassandra's protocol and answer as a test says: the ways to fail that no real
 * node shows when it is asked to.
 */
final class StubCql implements AutoCloseable {
  static final String DATACENTER = "dc1";

  private static final int REGISTER_ATTEMPTS = 5;

  /** What is asked of a table. */
  enum Request {
    ROW,
    STATICS,
    WRITE,
    BATCH
  }

  /** What one node does with a request. */
  interface Answer {
    List<Action> to(AbstractNode<?, ?> node, Frame frame);

    /** The node has forgotten the statement. */
    static Answer unprepared() {
      return (_, frame) ->
          List.of(
              new MessageResponseAction(new Unprepared("who?", ((Execute) frame.message).queryId)));
    }
  }

  /** A request that came to a node. */
  record Seen(Request request, SocketAddress node, Message message) {}

  private final Server server;
  private final BoundCluster cluster;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<String> prepared = new CopyOnWriteArrayList<>();

  /** Guarded by itself. The last answer to a request stays. */
  private final Map<Request, Deque<Answer>> answers = new EnumMap<>(Request.class);

  StubCql(int nodes) {
    server =
        Server.builder()
            .withMultipleNodesPerIp(true)
            .withAddressResolver(StubCql::freeAddress)
            .withActivityLoggingEnabled(false)
            .build();
    cluster = register(nodes);
    cluster.getStubStore().register(new Script());
  }

  /** Another process may take a port between its choice and its use. */
  private BoundCluster register(int nodes) {
    for (int attempt = 1; ; attempt++) {
      try {
        return server.register(ClusterSpec.builder().withNodes(nodes).build());
      } catch (RuntimeException e) {
        if (attempt == REGISTER_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static SocketAddress freeAddress() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalSocketAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<InetSocketAddress> contactPoints() {
    return cluster.getNodes().stream().map(AbstractNode::inetSocketAddress).toList();
  }

  /** What requests of a kind are answered from now on, one after the other. */
  void answers(Request request, Answer... next) {
    synchronized (answers) {
      answers.put(request, new ArrayDeque<>(Arrays.asList(next)));
    }
  }

  /** All requests so far of a kind. */
  List<Seen> seen(Request request) {
    return seen.stream().filter(each -> each.request() == request).toList();
  }

  /** How often nodes were asked to prepare this. */
  long prepared(String cql) {
    return prepared.stream().filter(cql::equals).count();
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Script extends StubMapping {
    @Override
    public boolean matches(Frame frame) {
      return frame.message instanceof Prepare
          || frame.message instanceof Execute
          || frame.message instanceof Batch;
    }

    @Override
    @SuppressWarnings("rawtypes") // As declared there.
    public List<Action> getActions(AbstractNode node, Frame frame) {
      if (frame.message instanceof Prepare prepare) {
        prepared.add(prepare.cqlQuery);
        return List.of(new MessageResponseAction(StubParameters.prepared(prepare.cqlQuery)));
      }
      var request = request(frame.message);
      seen.add(new Seen(request, node.getAddress(), frame.message));
      return next(request).to(node, frame);
    }
  }

  private Answer next(Request request) {
    synchronized (answers) {
      var queue = Objects.requireNonNull(answers.get(request), request + " was not expected");
      return queue.size() > 1 ? queue.removeFirst() : queue.getFirst();
    }
  }

  private static Request request(Message message) {
    if (!(message instanceof Execute execute)) {
      return Request.BATCH;
    }
    var cql = new String(execute.queryId, StandardCharsets.UTF_8);
    if (!cql.startsWith("SELECT ")) {
      return Request.WRITE;
    }
    return cql.endsWith(" LIMIT 1") ? Request.STATICS : Request.ROW;
  }
}
