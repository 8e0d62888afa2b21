package io.portolan.gateway.core.session;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One session of a legacy client: what it said at {@code initialize}, its streams, its links to
 * servers and what is under way in both directions. Thread-safe; every collection is bounded.
 */
public final class LegacySession implements AutoCloseable {
  /** Requests without an answer at a time. */
  public static final int IN_FLIGHT_MAX = 1_024;

  private static final int REVERSE_MAX = 1_024;
  private static final int STREAMS_MAX = 64;
  private static final long STREAM_KEPT_NANOS = Duration.ofMinutes(2).toNanos();

  /** More than anything is numbered in a millisecond, and exact in a JSON number until 2248. */
  private static final long NUMBERS_PER_MILLI = 1_024;

  /** The number of the stream that a plain GET opens. */
  public static final long STANDALONE = 0;

  /**
   * Who the session belongs to and what it was opened as. Nothing of it ever changes.
   *
   * @param id what {@code Mcp-Session-Id} says
   * @param principal the only one who may use it
   * @param route the endpoint it was opened at, and is bound to
   * @param opening version, capabilities and client info
   */
  public record Identity(String id, Principal principal, Route route, SessionOpening opening) {}

  private final Identity identity;
  private final Links links;
  private final SessionState state;
  private final @Nullable SealedSession adopted;
  private final ReplayMemory memory;
  private final SessionStream standalone;
  private final AtomicLong reverseIds;
  private final AtomicInteger inUse = new AtomicInteger();
  private final Map<Slice, InFlight> inFlight = new ConcurrentHashMap<>(2);
  private final Map<Long, Reverse> reverse = new ConcurrentHashMap<>(2);
  private volatile long lastUsedNanos = System.nanoTime();
  private volatile boolean listening;
  private volatile Caller caller;
  private volatile boolean closed;
  private volatile @Nullable PrincipalUse use;

  // Guarded by itself: the newest call streams, oldest first, so that they can be resumed.
  private final Map<Long, SessionStream> streams = new LinkedHashMap<>(2);
  private long streamNumber; // the last one given; guarded by streams

  /** A session that is opened here. */
  LegacySession(
      Identity identity,
      SessionState state,
      ReplayMemory memory,
      LegacySessions.LinkListener listener) {
    this(identity, state, memory, listener, null, 0);
  }

  /**
   * A session that goes on here. What it numbers begins above all that it ever numbered elsewhere,
   * so that an old number means nothing rather than something else.
   */
  LegacySession(
      Identity identity,
      SessionState state,
      ReplayMemory memory,
      LegacySessions.LinkListener listener,
      @Nullable SealedSession adopted,
      long nowMillis) {
    var base = nowMillis * NUMBERS_PER_MILLI;
    this.identity = identity;
    this.caller = new Caller(identity.principal(), "none", null, Set.of(), Set.of(), Set.of());
    this.state = state;
    this.memory = memory;
    this.adopted = adopted;
    this.reverseIds = new AtomicLong(base + 1);
    this.streamNumber = base;
    this.standalone = new SessionStream(STANDALONE, base, memory);
    this.links =
        new Links(
            identity.principal(),
            identity.opening(),
            (server, link) -> listener.opened(this, server, link));
  }

  /** What its id said, when another run of the gateway opened it; null otherwise. */
  @Nullable SealedSession adopted() {
    return adopted;
  }

  void countedIn(PrincipalUse counted) {
    use = counted;
  }

  /** Who the session belongs to. */
  public Identity identity() {
    return identity;
  }

  /** What was known of its principal at its last request; at first, nothing but who it is. */
  public Caller caller() {
    return caller;
  }

  /** Notes what is known of its principal now. */
  public void caller(Caller known) {
    caller = known;
  }

  /** The protocol version agreed on. */
  public ProtocolVersion version() {
    return identity.opening().version();
  }

  /** The resources that the client is subscribed to. */
  public ResourceSubscriptions subscriptions() {
    return state.subscriptions();
  }

  /** The session's links to servers. */
  public Links links() {
    return links;
  }

  /** Says that the session is in use until {@link #leave}; it does not expire meanwhile. */
  public void enter() {
    inUse.incrementAndGet();
  }

  /** Ends what {@link #enter} began. */
  public void leave() {
    lastUsedNanos = System.nanoTime();
    inUse.decrementAndGet();
  }

  /** Whether it is in use now. */
  public boolean inUse() {
    return inUse.get() > 0;
  }

  /** Nanoseconds since the last use; 0 while it is in use. */
  public long idleNanos() {
    return inUse() ? 0 : System.nanoTime() - lastUsedNanos;
  }

  /** What became of the wish to {@link #begin} a request. */
  public sealed interface Beginning {
    /** The request is noted. */
    record Begun(InFlight request) implements Beginning {}

    /** A request with its id has no answer yet. */
    record SameId() implements Beginning {}

    /** Too many requests have no answer yet. */
    record TooMany() implements Beginning {}
  }

  /** Notes a request, until {@link #end}. */
  public Beginning begin(Slice id) {
    if (inFlight.size() >= IN_FLIGHT_MAX) {
      return new Beginning.TooMany();
    }
    var mine = new InFlight();
    return inFlight.putIfAbsent(Slice.of(id.toBytes()), mine) == null
        ? new Beginning.Begun(mine)
        : new Beginning.SameId();
  }

  /** Forgets a request that was answered. */
  public void end(Slice id, InFlight request) {
    inFlight.remove(id, request);
  }

  /** The request with this id, as the client wrote it; null when none is under way. */
  public @Nullable InFlight inFlight(Slice id) {
    return inFlight.get(id);
  }

  /** Number of requests under way. */
  public int callsInFlight() {
    return inFlight.size();
  }

  /**
   * Notes a request of a server and returns the id it has towards the client, which also is its
   * progress token there; 0 when too many are pending.
   */
  public long expect(UpstreamLink link, Slice id, @Nullable Slice progressToken) {
    if (reverse.size() >= REVERSE_MAX) {
      return 0;
    }
    var number = reverseIds.getAndIncrement();
    var token = progressToken == null ? null : Slice.of(progressToken.toBytes());
    reverse.put(number, new Reverse(link, Slice.of(id.toBytes()), token));
    return number;
  }

  /** The server's request that an id towards the client stands for, now answered; or null. */
  public @Nullable Reverse answered(long id) {
    return reverse.remove(id);
  }

  /** The server's request that an id towards the client stands for; or null. */
  public @Nullable Reverse pending(long id) {
    return reverse.get(id);
  }

  /** The id towards the client of a server's request, which the server takes back; or 0. */
  public long takenBack(UpstreamLink link, Slice id) {
    for (var entry : reverse.entrySet()) {
      if (entry.getValue().link().equals(link) && entry.getValue().id().equals(id)) {
        reverse.remove(entry.getKey());
        return entry.getKey();
      }
    }
    return 0;
  }

  /** Forgets a server's request: whatever waited for its answer is over. */
  public void forgetReverse(long id) {
    reverse.remove(id);
  }

  /** Forgets a link that the server lost, and what it had asked for there. */
  public void lost(String server, UpstreamLink link) {
    links.lost(server, link);
    reverse.values().removeIf(pending -> pending.link().equals(link));
  }

  /** The stream that a plain GET opens: what servers send outside of calls. */
  public SessionStream standalone() {
    return standalone;
  }

  /**
   * Starts a resumable stream for one call. Beyond so many, the oldest one that has ended cannot be
   * resumed any more; when none has, the oldest one.
   */
  public SessionStream newStream() {
    synchronized (streams) {
      var stream = new SessionStream(++streamNumber, memory);
      if (streams.size() >= STREAMS_MAX) {
        var all = streams.values();
        var dropped =
            all.stream().filter(SessionStream::ended).findFirst().orElse(all.iterator().next());
        streams.remove(dropped.number());
        if (dropped.ended()) {
          dropped.discard();
        }
      }
      if (!closed) {
        streams.put(stream.number(), stream);
      }
      return stream;
    }
  }

  /** How many streams of its calls are open, read or not. */
  public int openStreams() {
    synchronized (streams) {
      var open = 0;
      for (var stream : streams.values()) {
        if (!stream.ended()) {
          open++;
        }
      }
      return open;
    }
  }

  /** Notes that one of its streams is read, until {@link #stopReading}; false when too many are. */
  public boolean startReading(SessionLimits limits) {
    var counted = use;
    return counted == null || counted.openStream(limits.streamsPerPrincipalMax());
  }

  /** Ends what {@link #startReading} began. */
  public void stopReading() {
    var counted = use;
    if (counted != null) {
      counted.closeStream();
    }
  }

  /** Frees the streams of calls that ended a while ago without anybody reading them to the end. */
  void expireStreams() {
    synchronized (streams) {
      streams
          .values()
          .removeIf(
              stream -> {
                var old = stream.endedForNanos() > STREAM_KEPT_NANOS;
                if (old) {
                  stream.discard();
                }
                return old;
              });
    }
  }

  /** The stream with this number; null when it was forgotten or never was. */
  public @Nullable SessionStream stream(long number) {
    if (number == STANDALONE) {
      return standalone;
    }
    synchronized (streams) {
      return streams.get(number);
    }
  }

  /** Forgets a call's stream: its client has read it to the end. */
  public void forget(SessionStream stream) {
    synchronized (streams) {
      streams.remove(stream.number());
    }
    stream.discard();
  }

  /** Whether a call's stream could still be resumed. */
  public boolean keeps(SessionStream stream) {
    synchronized (streams) {
      return streams.containsKey(stream.number());
    }
  }

  /** Whether the client has ever opened the standalone stream. */
  public boolean listening() {
    return listening;
  }

  /** Says that the client listens; true the first time. */
  public synchronized boolean startListening() {
    var first = !listening;
    listening = true;
    return first;
  }

  /** The log level the client asked for, as it wrote it; null when it asked for none. */
  public @Nullable Slice logLevel() {
    return state.logLevel();
  }

  /** Notes the log level the client asks for. */
  public void logLevel(Slice level) {
    state.logLevel(level);
  }

  /** Whether the session has ended. */
  public boolean closed() {
    return closed;
  }

  /** Ends the session: its streams, its links and what is under way. Idempotent. */
  @Override
  public void close() {
    closed = true;
    standalone.discard();
    for (var request : inFlight.values()) {
      request.cancellation().cancel();
    }
    synchronized (streams) {
      streams.values().forEach(SessionStream::discard);
      streams.clear();
    }
    links.close();
    reverse.clear();
  }
}
