package io.portolan.gateway.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import io.portolan.gateway.core.upstream.Cancellation;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One connection. It stands between Helidon's HTTP/1.1 and the socket: it sees every read and every
 * write, and so knows what the connection waits for and since when. Its own thread does the work; a
 * watching thread only looks at it a few times a second ({@link #look}).
 */
public final class EdgeConnection implements ConnectionContext, ServerConnection {
  /** A write of more than this goes out in pieces, so that a slow reader is not a stalled one. */
  private static final int PIECE = 128 << 10;

  private static final System.Logger LOG = System.getLogger(EdgeConnection.class.getName());

  private static final VarHandle STATE;
  private static final VarHandle WRITING_SINCE;

  static {
    try {
      var lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(EdgeConnection.class, "state", long.class);
      WRITING_SINCE = lookup.findVarHandle(EdgeConnection.class, "writingSince", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ConnectionContext helidon;
  private final EdgeConnections all;
  private final HelidonSocket socket;
  private final ReadAhead input;
  private @Nullable DataReader reader;
  private final EdgeWriter writer;
  private final Router router;
  private @Nullable ServerConnection http1;

  // Invariant: phase and the tick it began at, written as one by the connection's own thread.
  @SuppressWarnings("unused")
  private long state;

  // The tick at which the write under way began; 0 while there is none.
  @SuppressWarnings("unused")
  private int writingSince;

  private volatile long bodyBytes;
  private volatile boolean gone;
  private volatile @Nullable Thread serving;
  // The tick at which the socket was closed under its thread; 0 before.
  private volatile int aborted;
  private volatile @Nullable Cancellation cancellation;
  private volatile @Nullable Runnable overdue;

  // Written under this connection's monitor. An interrupt inside a write would close the socket and
  // tear the stream, so one that comes then is kept until the write is over.
  private volatile @Nullable Thread standing;
  private boolean standingWrites;
  private boolean interruptDue;

  private boolean unread;
  private @Nullable Runnable last;

  EdgeConnection(ConnectionContext helidon, Router router, EdgeConnections all) {
    this.helidon = helidon;
    this.router = router;
    this.all = all;
    this.socket = helidon.serverSocket();
    this.input = new ReadAhead(socket);
    this.reader = DataReader.create(this::read);
    this.writer = new EdgeWriter(helidon.dataWriter(), this);
    phase(Phase.FRESH);
  }

  void serve(ServerConnection byHelidon) {
    this.http1 = byHelidon;
  }

  // What the routing tells and asks; on the connection's own thread.

  /** A request's headers are read; its body may be arriving. */
  public void headRead() {
    bodyBytes = 0;
    phase(Phase.BODY);
  }

  /** The request is complete. */
  public void bodyRead() {
    phase(Phase.CALL);
  }

  /** The reply is out. */
  public void replied() {
    cancellation = null;
    overdue = null;
    phase(Phase.IDLE);
  }

  /** Whether this must be the connection's last reply. */
  public boolean closing() {
    return all.draining();
  }

  /** Cancels when the client disconnects before {@link #replied}. */
  public void cancelOnDisconnect(Cancellation toCancel) {
    if (gone) {
      toCancel.cancel();
    } else {
      cancellation = toCancel;
    }
  }

  /** Runs {@code action} on another thread once this exchange has taken a moment; null forgets. */
  public void overdue(@Nullable Runnable action) {
    overdue = action;
  }

  /** While {@code thread} is set, it is interrupted when the server drains. */
  public void standing(@Nullable Thread thread) {
    synchronized (this) {
      standing = thread;
      interruptDue = false;
    }
    if (all.draining()) {
      drain();
    }
  }

  /** Ends the connection after a reply that came before all of the request was read. */
  public CloseConnectionException closeUnread() {
    unread = true;
    return new CloseConnectionException("request refused before it was read");
  }

  /**
   * Ends Helidon's work on this connection and goes on with {@code work}, the connection's last,
   * from the bottom of the thread's stack: what waits for long holds next to nothing there.
   */
  public CloseConnectionException goOnWith(Runnable work) {
    last = work;
    return new CloseConnectionException("goes on without Helidon");
  }

  /**
   * Writes and flushes; blocks as long as the client reads slowly.
   *
   * @throws RuntimeException of the socket when the client has gone
   */
  public void write(byte[] bytes, int from, int to) {
    if (to - from <= PIECE) {
      writer.writeNow(BufferData.create(bytes, from, to - from));
      return;
    }
    for (int at = from; at < to; at += PIECE) {
      writer.writeNow(BufferData.create(bytes, at, Math.min(PIECE, to - at)));
    }
  }

  // The connection's life, on its own thread.

  @Override
  public void handle(Limit limit) throws InterruptedException {
    serving = Thread.currentThread();
    try {
      serveByHelidon(limit);
      var work = last;
      if (work != null) {
        http1 = null;
        reader = null;
        last = null;
        work.run();
      }
    } finally {
      all.closed(this);
    }
  }

  private void serveByHelidon(Limit limit) throws InterruptedException {
    try {
      byHelidon().handle(limit);
      // Helidon has answered what it could not read, and leaves the rest of it unread.
      linger();
    } catch (CloseConnectionException e) {
      if (last != null) {
        return;
      }
      if (unread) {
        linger();
      }
      throw e;
    }
  }

  /** Lets the client read the last reply: closing on unread input would reset the connection. */
  private void linger() {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    phase(Phase.LINGER);
    try {
      for (var left = all.patience().lingerBytesMax(); left > 0; ) {
        var bytes = input.next();
        if (bytes == null) {
          return;
        }
        left -= bytes.length;
      }
    } catch (UncheckedIOException | CloseConnectionException _) {
      // The client went first, or the watch ended the wait; either way there is nobody to wait for.
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes it
  private byte @Nullable [] read() {
    byte[] bytes;
    try {
      bytes = input.next();
    } catch (UncheckedIOException e) {
      gone = true;
      throw new ServerConnectionException("reading from the client failed", e);
    }
    if (bytes == null) {
      gone = true;
      return null;
    }
    switch (phase()) {
      case FRESH, IDLE -> phase(Phase.HEAD);
      case BODY -> bodyBytes = bodyBytes + bytes.length;
      case HEAD, CALL, LINGER -> {}
    }
    return bytes;
  }

  void beginWrite() {
    WRITING_SINCE.setRelease(this, all.tick());
    if (standing != null) {
      synchronized (this) {
        standingWrites = true;
        interruptDue |= Thread.interrupted();
      }
    }
  }

  void endWrite() {
    WRITING_SINCE.setRelease(this, 0);
    if (standing != null) {
      synchronized (this) {
        standingWrites = false;
        if (interruptDue) {
          interruptDue = false;
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void phase(Phase next) {
    STATE.setRelease(this, next.at(all.tick()));
  }

  private Phase phase() {
    return Phase.of((long) STATE.getOpaque(this));
  }

  // What the watch does, on its thread.

  /** Looks whether anything is overdue at {@code tick}. */
  void look(int tick) {
    if (aborted != 0) {
      if (tick - aborted == EdgeConnections.ABORTED_TICKS) {
        // Closing the socket did not wake its thread; an interrupt closes it from that side.
        LOG.log(System.Logger.Level.WARNING, "a closed connection is still served; interrupting");
        interruptServing();
      }
      return;
    }
    var seen = (long) STATE.getAcquire(this);
    var phase = Phase.of(seen);
    var ticks = tick - Phase.tick(seen);
    var writing = (int) WRITING_SINCE.getAcquire(this);
    if (writing != 0 && all.exceeds(tick - writing, all.patience().write())) {
      all.readsTooSlowly();
      abort();
    } else if (tooLong(phase, ticks)) {
      all.sendsTooSlowly(phase);
      abort();
    } else if (phase == Phase.CALL && ticks >= EdgeConnections.WATCH_AFTER_TICKS) {
      watchCall();
    }
  }

  private boolean tooLong(Phase phase, int ticks) {
    var patience = all.patience();
    return switch (phase) {
      case FRESH -> all.exceeds(ticks, patience.head()) || unneeded(ticks);
      case HEAD -> all.exceeds(ticks, patience.head());
      case IDLE ->
          all.exceeds(ticks, all.crowded() ? EdgeConnections.CROWDED_IDLE : patience.idle())
              || unneeded(ticks);
      case BODY ->
          all.exceeds(
              ticks, patience.body().plusSeconds(bodyBytes / patience.bodyBytesPerSecond()));
      case CALL -> false;
      case LINGER -> all.exceeds(ticks, EdgeConnections.LINGER);
    };
  }

  /**
   * A silent connection is closed early in a drain, but not while its request may be on its way.
   */
  private boolean unneeded(int ticks) {
    return all.draining() && ticks > 1;
  }

  private void watchCall() {
    var due = overdue;
    if (due != null) {
      overdue = null;
      Thread.ofVirtual().name("edge-overdue").start(due);
    }
    if (cancellation != null && input.begin()) {
      Thread.ofVirtual().name("edge-disconnect-watch").start(this::watchInput);
    }
  }

  /** Waits for the client's next byte, or for its end, in the place of the connection's thread. */
  private void watchInput() {
    if (!input.read()) {
      gone = true;
      var toCancel = cancellation;
      if (toCancel != null) {
        toCancel.cancel();
      }
    }
  }

  /** Closes the socket under whoever reads or writes. */
  void abort() {
    gone = true;
    aborted = all.tick();
    try {
      socket.close();
    } catch (UncheckedIOException _) {
      // Closing fails when the client has closed first: the aim is reached.
    }
  }

  /** The server drains: whoever serves a standing stream is to end it. */
  void drain() {
    synchronized (this) {
      if (standing != null && standingWrites) {
        interruptDue = true;
      } else if (standing != null) {
        standing.interrupt();
      }
    }
  }

  private void interruptServing() {
    var thread = serving;
    if (thread != null) {
      thread.interrupt();
    }
  }

  // What Helidon's listener asks when it stops.

  /**
   * Nothing to do: the watch closes a connection that is idle, a call gets its reply first, and
   * what is left in the end is aborted.
   */
  @Override
  public void close(boolean interrupt) {}

  @Override
  @SuppressWarnings("removal") // the interface still asks for it
  public void handle(Semaphore requests) throws InterruptedException {
    throw new UnsupportedOperationException("handled by a limit");
  }

  /** Never long: idle connections are this package's own business. */
  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  private ServerConnection byHelidon() {
    if (http1 == null) {
      throw new IllegalStateException("nobody serves this connection yet");
    }
    return http1;
  }

  // The context that Helidon's HTTP/1.1 works with.

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public DataReader dataReader() {
    if (reader == null) {
      throw new IllegalStateException("no request is read any more");
    }
    return reader;
  }

  @Override
  public Router router() {
    return router;
  }

  @Override
  public ListenerContext listenerContext() {
    return helidon.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return helidon.executor();
  }

  @Override
  public HelidonSocket serverSocket() {
    return socket;
  }

  @Override
  public PeerInfo remotePeer() {
    return helidon.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return helidon.localPeer();
  }

  @Override
  public boolean isSecure() {
    return helidon.isSecure();
  }

  @Override
  public String socketId() {
    return helidon.socketId();
  }

  @Override
  public String childSocketId() {
    return helidon.childSocketId();
  }
}
