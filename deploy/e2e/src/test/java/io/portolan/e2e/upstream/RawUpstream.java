package io.portolan.e2e.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The server under the test's control. It answers the handshake and the lists itself and leaves
 * every other request to the test's script, which runs on the connection's thread.
 */
public final class RawUpstream implements AutoCloseable {
  /** What the server speaks. */
  public enum Era {
    LEGACY,
    MODERN,
    DUAL
  }

  private final Handshake handshake;
  private final int port;
  private final List<Received> received = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final AtomicInteger initializations = new AtomicInteger();
  private volatile Function<Received, Answer> script =
      request -> Answer.error(request, 200, -32601, "no such method: " + request.method());
  private volatile Function<Received, Optional<Answer>> override = _ -> Optional.empty();
  private volatile Listener listener;

  private RawUpstream(Era era, Lists lists, int port) throws IOException {
    this.handshake = new Handshake(era, lists, this::complain);
    this.listener = new Listener(port);
    this.port = listener.port();
    listener.start();
  }

  public static RawUpstream start(Era era, Lists lists) throws IOException {
    return new RawUpstream(era, lists, 0);
  }

  public int port() {
    return port;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/mcp");
  }

  /** What answers the requests that are neither handshake nor list. */
  public void script(Function<Received, Answer> next) {
    script = next;
  }

  /**
   * What is asked before all else: whatever it answers is sent, to handshakes and lists as well.
   */
  public void override(Function<Received, Optional<Answer>> next) {
    override = next;
  }

  /** Lists other things from now on; says so to nobody. */
  public void lists(Lists next) {
    handshake.lists(next);
  }

  /** How many sessions were opened so far, over all restarts. */
  public int initializations() {
    return initializations.get();
  }

  /** Everything that came in, in order. */
  public List<Received> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /** The latest message of that method that came in. */
  public Received last(String method) {
    return received().reversed().stream()
        .filter(message -> message.is(method))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + method + " came in, but " + received()));
  }

  public void forgetReceived() {
    synchronized (received) {
      received.clear();
    }
  }

  /** The first message that came in, or comes in within the time, of the wanted kind. */
  public Received await(String what, Predicate<Received> wanted, Duration patience)
      throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    synchronized (received) {
      while (true) {
        var found = received.stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        var left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("the upstream never saw " + what + "; it saw " + received);
        }
        received.wait(left);
      }
    }
  }

  /** What was wrong with the requests: headers that contradict bodies, unknown sessions. */
  public List<String> complaints() {
    synchronized (complaints) {
      return List.copyOf(complaints);
    }
  }

  /** Sends a notification on every open stream of every session and listener. */
  public void push(String notification) throws IOException {
    handshake.push(notification);
  }

  /** How many streams would get what is pushed. */
  public int streams() {
    return handshake.streams();
  }

  /** Drops every connection and refuses new ones. */
  public void stop() throws IOException {
    listener.close();
  }

  /** Is there again on the same port, knowing no session of before. */
  public void startAgain() throws IOException {
    handshake.forgetSessions();
    listener = new Listener(port);
    listener.start();
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  private void complain(String what) {
    synchronized (complaints) {
      complaints.add(what);
    }
  }

  private void record(Received message) {
    synchronized (received) {
      received.add(message);
      received.notifyAll();
    }
  }

  private Answer answer(Received message) {
    record(message);
    if (message.method().equals("initialize")) {
      initializations.incrementAndGet();
    }
    return override
        .apply(message)
        .or(() -> handshake.answer(message))
        .orElseGet(() -> script.apply(message));
  }

  /** One life of the server between start and stop. */
  private final class Listener {
    private final ServerSocket socket = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor = Thread.ofVirtual().name("raw-upstream").unstarted(this::accept);

    Listener(int port) throws IOException {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    }

    int port() {
      return socket.getLocalPort();
    }

    void start() {
      acceptor.start();
    }

    void close() throws IOException {
      socket.close();
      try {
        acceptor.join(); // the port is free only when nothing waits on it any more
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      for (var connection : open) {
        connection.close();
      }
    }

    private void accept() {
      while (!socket.isClosed()) {
        try {
          var connection = socket.accept();
          connection.setTcpNoDelay(true);
          open.add(connection);
          Thread.ofVirtual().name("raw-upstream-connection").start(() -> serve(connection));
        } catch (IOException _) {
          return; // stopped
        }
      }
    }

    private void serve(Socket connection) {
      try (connection) {
        var in = new BufferedInputStream(connection.getInputStream(), 1 << 16);
        var out = new AnswerWriter(connection, handshake);
        for (var next = ServerSide.read(in); next.isPresent(); next = ServerSide.read(in)) {
          var message = next.get();
          if (message.httpMethod().equals("POST")) {
            if (!out.write(answer(message), message)) {
              return;
            }
          } else {
            record(message);
            if (!handshake.serveOther(message, out)) {
              return;
            }
          }
        }
      } catch (IOException | InterruptedException _) {
        // the peer went away, or the server was stopped: both are the test's doing
      } finally {
        open.remove(connection);
      }
    }
  }
}
