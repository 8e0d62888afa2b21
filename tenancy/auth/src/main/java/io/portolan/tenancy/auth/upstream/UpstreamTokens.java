package io.portolan.tenancy.auth.upstream;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.Credential.Token;
import io.portolan.tenancy.auth.upstream.Credential.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/*
 * A slot stands for one principal at one server. While its token is good, a call reads one field.
 * Whoever finds it old starts the one flight that fetches another, in a thread of its own, so that
 * a call that is given up takes nothing from the others that wait. What failed is not tried again at
 * once: a crowd of calls must not become a crowd at the authorization server.
 */

/**
 * The access tokens for one MCP server, each kept until shortly before its end, fetched by one
 * thread at a time. Thread-safe; blocks only where there is no token, at most until the deadline.
 */
public final class UpstreamTokens {
  /** Principals whose tokens are kept. */
  static final int PRINCIPALS_MAX = 10_000;

  private static final Duration EARLY_MAX = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Source source;
  private final InstantSource clock;
  private final ConcurrentHashMap<Principal, Slot> slots = new ConcurrentHashMap<>();

  /**
   * @param source where tokens come from
   */
  UpstreamTokens(Source source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /** Where tokens come from. Blocks for some seconds at most. */
  @FunctionalInterface
  interface Source {
    /**
     * Fetches one.
     *
     * @param refused an earlier token that the server did not take; null when there is none
     */
    Fetched fetch(Principal principal, @Nullable String refused) throws InterruptedException;
  }

  /** What was fetched. */
  sealed interface Fetched {
    /** A token. */
    record Fresh(String access, Instant expiresAt) implements Fetched {
      @Override
      public String toString() {
        return "Fresh[until " + expiresAt + "]";
      }
    }

    /** None. */
    record None(Credential why) implements Fetched {}
  }

  /** A token and when another one is due; or why there is none, and until when that stands. */
  private record Held(Credential credential, Instant until) {}

  /** One principal's. The flight is guarded by the slot. */
  private static final class Slot {
    private volatile @Nullable Held held;
    private @Nullable FutureTask<Credential> flight;
  }

  /** What to show the server for a principal. */
  public Credential of(Principal principal, Deadline deadline) throws InterruptedException {
    var slot = slots.get(principal);
    var held = slot == null ? null : slot.held;
    return held != null && clock.instant().isBefore(held.until())
        ? held.credential()
        : fetched(principal, null, deadline);
  }

  /** The same, after the server has refused a token: another one. */
  public Credential renewed(Principal principal, Token refused, Deadline deadline)
      throws InterruptedException {
    var slot = slots.get(principal);
    var held = slot == null ? null : slot.held;
    return held != null
            && !held.credential().equals(refused)
            && clock.instant().isBefore(held.until())
        ? held.credential() // another call was faster
        : fetched(principal, refused.value(), deadline);
  }

  /** Forgets what is known of a principal. */
  public void forget(Principal principal) {
    slots.remove(principal);
  }

  private Credential fetched(Principal principal, @Nullable String refused, Deadline deadline)
      throws InterruptedException {
    var slot = slot(principal);
    FutureTask<Credential> flight;
    synchronized (slot) {
      var held = slot.held;
      if (held != null
          && clock.instant().isBefore(held.until())
          && !(held.credential() instanceof Token token && token.value().equals(refused))) {
        return held.credential(); // a flight has landed meanwhile
      }
      flight = slot.flight;
      if (flight == null) {
        flight = new FutureTask<>(() -> fetch(slot, principal, refused));
        slot.flight = flight;
        Thread.ofVirtual().name("upstream-token").start(flight);
      }
    }
    try {
      return flight.get(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Unavailable("no token was issued in time");
    } catch (ExecutionException e) {
      throw new IllegalStateException("fetching a token failed", e);
    }
  }

  private Credential fetch(Slot slot, Principal principal, @Nullable String refused)
      throws InterruptedException {
    Held landed = null;
    try {
      landed = held(source.fetch(principal, refused));
      return landed.credential();
    } finally {
      synchronized (slot) {
        slot.held = landed;
        slot.flight = null;
      }
    }
  }

  private Held held(Fetched fetched) {
    var now = clock.instant();
    return switch (fetched) {
      case Fetched.Fresh(var access, var expiresAt) -> {
        var tenth = Duration.between(now, expiresAt).dividedBy(10);
        var early = tenth.compareTo(EARLY_MAX) < 0 ? tenth : EARLY_MAX;
        yield new Held(new Token(access), expiresAt.minus(early));
      }
      // A grant may be given at any moment, and whoever gives it calls forget.
      case Fetched.None(var why) -> new Held(why, now.plus(PAUSE));
    };
  }

  private Slot slot(Principal principal) {
    if (slots.size() >= PRINCIPALS_MAX && !slots.containsKey(principal)) {
      makeRoom();
    }
    return slots.computeIfAbsent(principal, _ -> new Slot());
  }

  /** What is over goes first; where nothing is, one goes that can be fetched again. */
  private void makeRoom() {
    var now = clock.instant();
    slots.values().removeIf(slot -> isOver(slot.held, now));
    if (slots.size() >= PRINCIPALS_MAX) {
      var any = slots.keySet().iterator();
      if (any.hasNext()) {
        slots.remove(any.next());
      }
    }
  }

  private static boolean isOver(@Nullable Held held, Instant now) {
    return held != null && !now.isBefore(held.until());
  }

  /** How many principals' tokens are kept. */
  int size() {
    return slots.size();
  }
}
