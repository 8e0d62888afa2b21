package io.portolan.gateway.core.session;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.tenancy.Principal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/*
 * A session in memory is found by its id as it stands: nothing is deciphered on the path of a call.
 * An id that is not in memory is opened with the key; if it was sealed by another run of the gateway
 * and has not ended, its session goes on here.
 *
 * Who opens too many sessions loses the one it left unused longest, rather than being refused: a
 * client that crashes and starts again in a loop would otherwise lock its user out until the idle
 * time-out. Only its own sessions are lost to that, and only such as were unused for a while; when
 * all are in use, the new one is refused. What all principals share is never taken from one for
 * another.
 */

/**
 * The sessions of legacy clients, in memory, at most so many; their ids let other instances with
 * the same key go on with them. Thread-safe.
 */
public final class LegacySessions implements AutoCloseable {
  /** A session that was unused for less is not given up for another one. */
  static final Duration EVICTABLE_AFTER = Duration.ofSeconds(30);

  /** Told of each link that a session opens. */
  @FunctionalInterface
  public interface LinkListener {
    /** A session opened a link; runs before the link is used. */
    void opened(LegacySession session, String server, UpstreamLink link)
        throws InterruptedException;
  }

  /** What became of the wish to use a session. */
  public sealed interface Finding {
    /** It is open. */
    record Found(LegacySession session) implements Finding {}

    /** No such session, not this caller's, or it has ended; nobody is told which. */
    record Unknown() implements Finding {}

    /** There are too many sessions. */
    record TooMany(Limit limit, int max) implements Finding {}
  }

  /**
   * What ids are made with, and where the rest is kept.
   *
   * @param seal seals and opens ids
   * @param store keeps what an id cannot tell
   * @param run names this run of the gateway among those that share a key
   * @param clock dates ids
   */
  public record Sealing(SessionSeal seal, SessionStore store, long run, Clock clock) {
    /** With the store of this process. */
    public static Sealing inMemory(SessionKey key, SecureRandom random, Clock clock) {
      var run = random.nextLong();
      return new Sealing(
          new SessionSeal(key, random), new InMemorySessionStore(run, clock), run, clock);
    }
  }

  private static final Finding UNKNOWN = new Finding.Unknown();

  private final SessionLimits limits;
  private final Sealing sealing;
  private final Duration evictableAfter;
  private final AtomicLong numbers;
  private final Map<String, LegacySession> sessions = new ConcurrentHashMap<>();
  private final Map<Principal, PrincipalUse> principals = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final ReplayMemory memory;

  /** Keeps sessions inside limits. */
  public LegacySessions(SessionLimits limits, Sealing sealing, SecureRandom random) {
    this(limits, sealing, random, EVICTABLE_AFTER);
  }

  LegacySessions(
      SessionLimits limits, Sealing sealing, SecureRandom random, Duration evictableAfter) {
    this.limits = limits;
    this.sealing = sealing;
    this.evictableAfter = evictableAfter;
    this.numbers = new AtomicLong(random.nextLong());
    this.memory = new ReplayMemory(limits.replayBytesMax());
  }

  /** The key for ids of tasks that are good wherever the sessions' ids are. */
  public SecretKey taskKey() {
    return sealing.seal().taskKey();
  }

  /** The bounds. */
  public SessionLimits limits() {
    return limits;
  }

  /** Opens a session; never {@link Finding.Unknown}. */
  public Finding open(
      Principal principal, Route route, SessionOpening opening, LinkListener listener) {
    var refused = full(principal);
    if (refused != null) {
      return refused;
    }
    var sealed =
        new SealedSession(
            numbers.incrementAndGet(),
            sealing.run(),
            sealing.clock().millis(),
            principal,
            route,
            opening);
    var identity =
        new LegacySession.Identity(sealing.seal().seal(sealed), principal, route, opening);
    return admit(new LegacySession(identity, sealing.store().state(sealed), memory, listener));
  }

  /** The session with an id, if it is this caller's and was opened at this endpoint. */
  public Finding find(String id, Principal principal, Route route, LinkListener listener) {
    var session = sessions.get(id);
    if (session == null) {
      return adopt(id, principal, route, listener);
    }
    return session.identity().principal().equals(principal)
            && session.identity().route().equals(route)
        ? new Finding.Found(session)
        : UNKNOWN;
  }

  /** Goes on with a session that another run of the gateway opened. */
  private Finding adopt(String id, Principal principal, Route route, LinkListener listener) {
    var sealed = sealing.seal().open(id);
    if (sealed == null
        || !sealed.principal().equals(principal)
        || !sealed.route().equals(route)
        || expiresMillis(sealed) <= sealing.clock().millis()
        || !sealing.store().mayBeServed(sealed)) {
      return UNKNOWN;
    }
    var opening = sealed.opening();
    var refused = full(principal);
    if (opening == null || refused != null) {
      return refused == null ? UNKNOWN : refused;
    }
    var identity = new LegacySession.Identity(id, principal, route, opening);
    var state = sealing.store().state(sealed);
    var adopted =
        new LegacySession(identity, state, memory, listener, sealed, sealing.clock().millis());
    var finding = admit(adopted);
    if (finding instanceof Finding.Found(var found) && !sealing.store().mayBeServed(sealed)) {
      end(found); // it was ended while it was being opened
      return UNKNOWN;
    }
    return finding;
  }

  private long expiresMillis(SealedSession sealed) {
    return sealed.issuedMillis() + limits.lifetimeMax().toMillis();
  }

  /** Makes room if need be; why there is none, or null. */
  private Finding.@Nullable TooMany full(Principal principal) {
    var use = principals.get(principal);
    if (use != null && use.sessions().size() >= limits.perPrincipalMax()) {
      var given = use.oldestIdle(evictableAfter.toNanos());
      if (given == null) {
        return new Finding.TooMany(Limit.SESSIONS_PER_PRINCIPAL, limits.perPrincipalMax());
      }
      end(given);
    }
    if (size.get() < limits.sessionsMax()) {
      return null;
    }
    var given = use == null ? null : use.oldestIdle(evictableAfter.toNanos());
    if (given == null) {
      return new Finding.TooMany(Limit.SESSIONS, limits.sessionsMax());
    }
    end(given);
    return null;
  }

  /** Lets a session in, or the one with its id that was let in meanwhile. */
  Finding admit(LegacySession session) {
    var identity = session.identity();
    if (size.incrementAndGet() > limits.sessionsMax()) {
      size.decrementAndGet();
      return new Finding.TooMany(Limit.SESSIONS, limits.sessionsMax());
    }
    var use = principals.compute(identity.principal(), (_, known) -> with(known, session));
    if (!use.sessions().contains(session)) {
      size.decrementAndGet();
      return new Finding.TooMany(Limit.SESSIONS_PER_PRINCIPAL, limits.perPrincipalMax());
    }
    session.countedIn(use);
    var other = sessions.putIfAbsent(identity.id(), session);
    if (other == null) {
      return new Finding.Found(session);
    }
    forget(session);
    return new Finding.Found(other);
  }

  private PrincipalUse with(@Nullable PrincipalUse known, LegacySession session) {
    var use = known == null ? new PrincipalUse() : known;
    if (use.sessions().size() < limits.perPrincipalMax()) {
      use.sessions().add(session);
    }
    return use;
  }

  /** Ends a session: its id opens it here no more. */
  public void end(LegacySession session) {
    var sealed = session.adopted();
    if (sealed != null) {
      sealing.store().ended(sealed, expiresMillis(sealed)); // before it can be looked for in vain
    }
    if (sessions.remove(session.identity().id(), session)) {
      forget(session);
      session.close();
    }
  }

  private void forget(LegacySession session) {
    size.decrementAndGet();
    principals.computeIfPresent(
        session.identity().principal(),
        (_, use) -> {
          use.sessions().remove(session);
          return use.sessions().isEmpty() ? null : use;
        });
  }

  /** The sessions that are open. */
  public Collection<LegacySession> all() {
    return sessions.values();
  }

  /** Number of open sessions. */
  public int count() {
    return size.get();
  }

  /** Number of open sessions of a principal. */
  public int count(Principal principal) {
    var use = principals.get(principal);
    return use == null ? 0 : use.sessions().size();
  }

  /** Bytes kept for clients that come back. */
  public long replayBytes() {
    return memory.bytes();
  }

  /**
   * Ends the sessions that have gone unused for too long, and old streams of the others; returns
   * how many sessions ended.
   */
  public int expire() {
    List<LegacySession> idle = new ArrayList<>();
    for (var session : sessions.values()) {
      session.expireStreams();
      if (session.idleNanos() > limits.idleMax().toNanos()) {
        idle.add(session);
      }
    }
    idle.forEach(this::end);
    return idle.size();
  }

  /** Closes all sessions. Their ids stay good: another run of the gateway may go on with them. */
  @Override
  public void close() {
    for (var session : List.copyOf(sessions.values())) {
      if (sessions.remove(session.identity().id(), session)) {
        forget(session);
        session.close();
      }
    }
  }
}
