package io.portolan.gateway.core.session;

import io.portolan.gateway.core.upstream.UpstreamLink;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of legacy clients, in memory, at most so many. Thread-safe. */
public final class LegacySessions implements AutoCloseable {
  private static final int ID_BYTES = 18;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /**
   * Bounds on sessions.
   *
   * @param sessionsMax sessions at a time
   * @param idleMax how long a session may go unused
   * @param replayBytesMax how much all sessions together keep for clients that come back
   */
  public record Limits(int sessionsMax, Duration idleMax, long replayBytesMax) {
    public static final Limits DEFAULT = new Limits(100_000, Duration.ofMinutes(60));

    /** With 128 MiB for clients that come back. */
    public Limits(int sessionsMax, Duration idleMax) {
      this(sessionsMax, idleMax, 128L << 20);
    }
  }

  /** Told of each link that a session opens. */
  @FunctionalInterface
  public interface LinkListener {
    /** A session opened a link; runs before the link is used. */
    void opened(LegacySession session, String server, UpstreamLink link)
        throws InterruptedException;
  }

  private final Limits limits;
  private final SecureRandom random;
  private final Map<String, LegacySession> sessions = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final ReplayMemory memory;

  /** Keeps sessions inside limits; ids come from {@code random}. */
  public LegacySessions(Limits limits, SecureRandom random) {
    this.limits = limits;
    this.random = random;
    this.memory = new ReplayMemory(limits.replayBytesMax());
  }

  /** A fresh session id: 144 random bits in visible ASCII. */
  public String newId() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return ENCODER.encodeToString(bytes);
  }

  /** Opens a session; null when there are too many. */
  public @Nullable LegacySession open(LegacySession.Identity identity, LinkListener listener) {
    if (size.incrementAndGet() > limits.sessionsMax()) {
      size.decrementAndGet();
      return null;
    }
    var session = new LegacySession(identity, memory, listener);
    sessions.put(identity.id(), session);
    return session;
  }

  /** The session with this id, or null. */
  public @Nullable LegacySession find(String id) {
    return sessions.get(id);
  }

  /** Ends a session. */
  public void end(LegacySession session) {
    if (sessions.remove(session.identity().id(), session)) {
      size.decrementAndGet();
      session.close();
    }
  }

  /** The sessions that are open. */
  public Collection<LegacySession> all() {
    return sessions.values();
  }

  /** Number of open sessions. */
  public int count() {
    return size.get();
  }

  /** Bytes kept for clients that come back. */
  public long replayBytes() {
    return memory.bytes();
  }

  /** Ends the sessions that have gone unused for too long, and old streams of the others. */
  public void expire() {
    List<LegacySession> idle = new ArrayList<>();
    for (var session : sessions.values()) {
      session.expireStreams();
      if (session.idleNanos() > limits.idleMax().toNanos()) {
        idle.add(session);
      }
    }
    idle.forEach(this::end);
  }

  /** Ends all sessions. */
  @Override
  public void close() {
    for (var session : List.copyOf(sessions.values())) {
      end(session);
    }
  }
}
