package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Principal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for their client, each found again by the state that the client was given.
 * Each state is good for one retry by the principal that it was given to, with the request that it
 * was given for. Bounded: beyond a principal's share its oldest one is given up. Thread-safe.
 */
public final class ParkedCalls implements AutoCloseable {
  private static final int GIVEN_UP_MAX = 4_096;

  /**
   * Bounds of what waits.
   *
   * @param perPrincipal calls of one principal
   * @param perChild calls of one principal to one server that runs as child processes, each of
   *     which keeps one of the few children busy
   * @param perServer calls of all to one server, each of which keeps one of its places taken
   * @param total calls of all
   * @param patience how long a call waits
   */
  public record Limits(
      int perPrincipal, int perChild, int perServer, int total, Duration patience) {
    public static final Limits DEFAULT = new Limits(32, 4, 1_000, Duration.ofMinutes(10));

    /** With 64 calls to one server. */
    public Limits(int perPrincipal, int perChild, int total, Duration patience) {
      this(perPrincipal, perChild, 64, total, patience);
    }
  }

  /** What a client that comes back is entitled to. */
  public sealed interface Claim {
    /** Goes on with its call, which is no longer parked. */
    record GoOn(Conversation call) implements Claim {}

    /** Makes its call again. */
    record CallAgain() implements Claim {}

    /** Nothing. */
    record Refused(Refusal why) implements Claim {}
  }

  /** Why a client is entitled to nothing. */
  public enum Refusal {
    /** The state was changed, or never given. */
    FORGED,
    /** The state was given to somebody else. */
    FOREIGN,
    /** The state was given for another request. */
    OTHER_REQUEST,
    /** The client took too long, and the call was given up. */
    EXPIRED,
    /** The state was used already. */
    USED,
    /** Too many calls waited, and this one was given up. */
    CROWDED_OUT,
    /** The process that held the call is gone. */
    OWNER_GONE
  }

  private record Parked(Conversation call, long untilMillis) {
    Principal principal() {
      return call.context().principal();
    }
  }

  private final Limits limits;
  private final StateSeal seal;
  private final Clock clock;
  private final long owner;
  // Guarded by this. Oldest first.
  private final Map<Long, Parked> parked = new LinkedHashMap<>();
  private final Set<Long> crowdedOut = new LinkedHashSet<>();
  private long lastCall;

  public ParkedCalls(Limits limits, StateKey key, SecureRandom random, Clock clock) {
    this.limits = limits;
    this.seal = new StateSeal(key, random);
    this.clock = clock;
    this.owner = random.nextLong();
  }

  /** Parks a call and returns the state for its client; null when there are too many of all. */
  public @Nullable String park(Conversation call, Slice digest) {
    if (!call.takeRoom()) {
      return null;
    }
    var principal = call.context().principal();
    var until = clock.millis() + limits.patience().toMillis();
    var out = new ArrayList<Conversation>(0);
    long id;
    synchronized (this) {
      crowdOut(principal, call, out);
      var isRoom = parked.size() < limits.total() && countAt(call) < limits.perServer();
      id = isRoom ? ++lastCall : 0;
      if (id != 0) {
        parked.put(id, new Parked(call, until));
      }
    }
    out.forEach(ParkedCalls::giveUp);
    if (id == 0) {
      call.giveRoomBack();
      return null;
    }
    return seal(CallState.Kind.GO_ON, principal, id, digest, until);
  }

  /** Makes room in a principal's own share. */
  private void crowdOut(Principal principal, Conversation call, List<Conversation> out) {
    var isChild = call.server().upstream().definition() instanceof ServerDefinition.Stdio;
    crowdOut(limits.perPrincipal(), other -> isOf(other, principal), out);
    if (isChild) {
      crowdOut(limits.perChild(), other -> isOf(other, principal) && isAt(other, call), out);
    }
    if (countAt(call) >= limits.perServer()) {
      crowdOutOne(other -> isOf(other, principal) && isAt(other, call), out);
    }
    if (parked.size() >= limits.total()) {
      crowdOutOne(other -> isOf(other, principal), out);
    }
  }

  private long countAt(Conversation call) {
    return parked.values().stream().filter(other -> isAt(other, call)).count();
  }

  private static boolean isOf(Parked other, Principal principal) {
    return other.principal().equals(principal);
  }

  private static boolean isAt(Parked other, Conversation call) {
    return other.call().server().name().equals(call.server().name());
  }

  /** Gives the oldest of some up, if there is one. */
  private void crowdOutOne(Predicate<Parked> counts, List<Conversation> out) {
    var count = parked.values().stream().filter(counts).count();
    crowdOut((int) Math.max(1, count), counts, out);
  }

  private void crowdOut(int max, Predicate<Parked> counts, List<Conversation> out) {
    var counted = parked.entrySet().stream().filter(entry -> counts.test(entry.getValue()));
    var ids = counted.map(Map.Entry::getKey).toList();
    for (int i = 0; i <= ids.size() - max; i++) {
      var oldest = parked.remove(ids.get(i));
      if (oldest != null) {
        out.add(oldest.call());
        crowdedOut.add(ids.get(i));
      }
    }
    while (crowdedOut.size() > GIVEN_UP_MAX) {
      crowdedOut.remove(crowdedOut.iterator().next());
    }
  }

  /** The state for a client whose call is to be made again. */
  public String callAgain(Principal principal, Slice digest) {
    var until = clock.millis() + limits.patience().toMillis();
    return seal(CallState.Kind.CALL_AGAIN, principal, 0, digest, until);
  }

  private String seal(
      CallState.Kind kind, Principal principal, long call, Slice digest, long untilMillis) {
    return seal.seal(
        new CallState(
            kind,
            principal.tenant().value(),
            principal.subject(),
            owner,
            call,
            digest,
            untilMillis));
  }

  /** What a principal's retry with a state is entitled to. A call is handed out once. */
  public Claim claim(String state, Principal principal, Slice digest) {
    return switch (seal.open(state)) {
      case StateSeal.Opened.Forged _ -> new Claim.Refused(Refusal.FORGED);
      case StateSeal.Opened.OtherKey _ -> new Claim.Refused(Refusal.OWNER_GONE);
      case StateSeal.Opened.Genuine(var said) -> claim(said, principal, digest);
    };
  }

  private Claim claim(CallState said, Principal principal, Slice digest) {
    if (!said.isOf(principal)) {
      return new Claim.Refused(Refusal.FOREIGN);
    }
    if (!said.digest().equals(digest)) {
      return new Claim.Refused(Refusal.OTHER_REQUEST);
    }
    if (said.expiresMillis() <= clock.millis()) {
      expire();
      return new Claim.Refused(Refusal.EXPIRED);
    }
    return switch (said.kind()) {
      case CALL_AGAIN -> new Claim.CallAgain();
      case TASK -> new Claim.Refused(Refusal.FORGED);
      case GO_ON -> said.owner() == owner ? goOn(said) : new Claim.Refused(Refusal.OWNER_GONE);
    };
  }

  private synchronized Claim goOn(CallState said) {
    var found = parked.remove(said.call());
    if (found != null) {
      found.call().giveRoomBack();
      found.call().mailbox().resume();
      return new Claim.GoOn(found.call());
    }
    return new Claim.Refused(crowdedOut.contains(said.call()) ? Refusal.CROWDED_OUT : Refusal.USED);
  }

  /** Gives up the calls whose client has not come back in time. */
  public void expire() {
    expire(clock.millis());
  }

  private void expire(long nowMillis) {
    var late = new ArrayList<Conversation>(0);
    synchronized (this) {
      parked
          .values()
          .removeIf(
              each -> {
                var isLate = each.untilMillis() <= nowMillis;
                if (isLate) {
                  late.add(each.call());
                }
                return isLate;
              });
    }
    late.forEach(ParkedCalls::giveUp);
  }

  private static void giveUp(Conversation call) {
    call.giveRoomBack();
    call.giveUp(new UpstreamFailure.Cancelled("its client did not come back"));
    call.mailbox().discard();
  }

  /** Number of calls that wait. */
  public synchronized int count() {
    return parked.size();
  }

  /** Gives up all. Idempotent. */
  @Override
  public void close() {
    expire(Long.MAX_VALUE);
  }
}
