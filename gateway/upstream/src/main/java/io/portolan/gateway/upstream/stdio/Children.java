package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.tenancy.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * A call that was given up keeps its seat for a while: the child may still be working on it, and a
 * request it sends then must not reach the next session.
 */

/**
 * The children of one server: who may use which, when another is started, and when one that died
 * may be started again. Bounded. Thread-safe; the lock is never held over I/O.
 */
final class Children implements DeadlineSweeper.Swept {
  private static final int CHILDREN_MAX = 8;
  private static final long SPARE_IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long GIVEN_UP_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long RESTART_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Starts a child and waits until it answers in an era. */
  @FunctionalInterface
  interface Starter {
    Child start(Era era) throws UpstreamUnavailable, InterruptedException;
  }

  /** A child and who uses it. */
  private static final class Place {
    private final Child child;
    private final Map<Long, Seat> seats = new HashMap<>();
    private final Map<Long, Long> givenUp = new HashMap<>(); // call id -> when its seat is free
    private long idleSince = System.nanoTime();

    Place(Child child) {
      this.child = child;
    }
  }

  private final Starter starter;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock. Invariant: places.size() + starting <= CHILDREN_MAX.
  private final List<Place> places = new ArrayList<>();
  private final Backoff backoff = new Backoff();
  private int starting;
  private boolean closed;

  Children(Starter starter) {
    this.starter = starter;
  }

  /** Adds a child that was started elsewhere. */
  void adopt(Child child) {
    lock.lock();
    try {
      places.add(new Place(child));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a child that the call may use, starting one where that is needed and allowed. */
  Child take(Seat seat, Deadline deadline, Cancellation cancellation)
      throws UpstreamUnavailable, InterruptedException {
    lock.lockInterruptibly();
    try {
      var failuresBefore = backoff.failures();
      while (true) {
        var place = choose(seat);
        if (place != null) {
          place.seats.put(seat.callId(), seat);
          if (seat.kind() == Seat.Kind.LASTING) {
            place.child.keep();
          }
          return place.child;
        }
        if (closed) {
          throw unavailable(new UpstreamFailure.Unreachable("the server is being shut down"));
        }
        if (cancellation.isCancelled()) {
          throw unavailable(new UpstreamFailure.Cancelled("cancelled while waiting for a child"));
        }
        if (deadline.passed()) {
          throw unavailable(
              starting > 0
                  ? new UpstreamFailure.TimedOut("deadline passed while a child started", false)
                  : new UpstreamFailure.Saturated("every child is busy with another session"));
        }
        startOrWait(seat, deadline, failuresBefore);
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // called from the loop in take
  private void startOrWait(Seat seat, Deadline deadline, int failuresBefore)
      throws UpstreamUnavailable, InterruptedException {
    var left = Math.min(deadline.nanosLeft(), LOOK_NANOS);
    if (starting == 0 && hasRoom()) {
      var pause = backoff.nanosLeft(System.nanoTime());
      if (backoff.failures() > failuresBefore
          || pause > RESTART_WAIT_NANOS
          || pause > deadline.nanosLeft()) {
        throw unavailable(new UpstreamFailure.Unreachable("down: " + backoff.reason()));
      }
      if (pause <= 0) {
        startAnother(seat.era());
      } else {
        left = Math.min(left, pause);
      }
    }
    var _ = changed.await(left, TimeUnit.NANOSECONDS);
  }

  private static UpstreamUnavailable unavailable(UpstreamFailure failure) {
    return new UpstreamUnavailable(failure);
  }

  /** Whether another child may be started; an idle one makes way where there are too many. */
  private boolean hasRoom() {
    if (places.size() < CHILDREN_MAX) {
      return true;
    }
    for (var place : places) {
      if (isIdle(place) && !place.child.isKept()) {
        places.remove(place);
        stopLater(place.child);
        return true;
      }
    }
    return false;
  }

  /** On a thread of its own, so that a caller with little time does not cut the start short. */
  private void startAnother(Era era) {
    starting++;
    Thread.ofVirtual()
        .name("portolan-stdio-start")
        .start(
            () -> {
              Child child = null;
              var reason = "interrupted";
              try {
                child = starter.start(era);
              } catch (UpstreamUnavailable e) {
                reason = e.failure().detail();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } finally {
                started(child, reason);
              }
            });
  }

  private void started(@Nullable Child child, String reason) {
    lock.lock();
    try {
      starting--;
      if (child == null) {
        backoff.failed(reason, 0, System.nanoTime());
      } else if (closed) {
        stopLater(child);
      } else if (!child.isOver()) {
        places.add(new Place(child));
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Counts a failed start, so that the next one waits. */
  void startFailed(String reason) {
    lock.lock();
    try {
      backoff.failed(reason, 0, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /** Why the server must not be started yet; null when it may be. */
  @Nullable String notNow() {
    lock.lock();
    try {
      return backoff.nanosLeft(System.nanoTime()) > 0 ? backoff.reason() : null;
    } finally {
      lock.unlock();
    }
  }

  // ---- choosing

  private @Nullable Place choose(Seat seat) {
    Place found = null;
    for (var place : places) {
      if (place.child.isOver() || place.child.hello(seat.era()) == null) {
        continue;
      }
      forgetGivenUp(place);
      if (!place.seats.values().stream().allMatch(seat::toleratesBeside)) {
        continue;
      }
      var better =
          found == null
              || (seat.kind() == Seat.Kind.INTERACTIVE && rank(place, seat) > rank(found, seat));
      if (better) {
        found = place;
      }
    }
    return found;
  }

  /** A session stays with its child; a child that nobody uses is better than a shared one. */
  private static int rank(Place place, Seat seat) {
    if (place.child == seat.link().lastChild()) {
      return 2;
    }
    return place.seats.isEmpty() ? 1 : 0;
  }

  private static boolean isIdle(Place place) {
    forgetGivenUp(place);
    return place.seats.isEmpty();
  }

  private static void forgetGivenUp(Place place) {
    if (!place.givenUp.isEmpty()) {
      var now = System.nanoTime();
      place
          .givenUp
          .entrySet()
          .removeIf(
              entry -> {
                var due = entry.getValue() - now < 0;
                if (due) {
                  place.seats.remove(entry.getKey());
                }
                return due;
              });
    }
  }

  // ---- leaving

  /** The call is over for good: its answer came, or the child never saw it. */
  void leave(Child child, long callId) {
    lock.lock();
    try {
      var place = placeOf(child);
      if (place != null && place.seats.remove(callId) != null) {
        place.givenUp.remove(callId);
        place.idleSince = System.nanoTime();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits for the call any more, but the child may still be working on it. */
  void giveUp(Child child, long callId) {
    lock.lock();
    try {
      var place = placeOf(child);
      if (place != null && place.seats.containsKey(callId)) {
        place.givenUp.put(callId, System.nanoTime() + GIVEN_UP_NANOS);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The child is over. */
  void lost(Child child, String reason) {
    lock.lock();
    try {
      var place = placeOf(child);
      if (place != null) {
        places.remove(place);
        if (!closed) {
          backoff.failed(reason, child.uptimeNanos(), System.nanoTime());
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Place placeOf(Child child) {
    for (var place : places) {
      if (place.child == child) {
        return place;
      }
    }
    return null;
  }

  // ---- looking

  /** Who uses a child now, calls that were given up included. */
  List<Seat> seats(Child child) {
    lock.lock();
    try {
      var place = placeOf(child);
      return place == null ? List.of() : List.copyOf(place.seats.values());
    } finally {
      lock.unlock();
    }
  }

  /** The child that works, or worked until now, on a call; null when there is none. */
  @Nullable Child busyWith(long callId) {
    lock.lock();
    try {
      for (var place : places) {
        if (place.seats.containsKey(callId)) {
          return place.child;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** All children, the one that stays first. */
  List<Child> all() {
    lock.lock();
    try {
      return places.stream().map(place -> place.child).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts the server again after its last child died, as soon as that is allowed, unless it has
   * failed too often. Blocks.
   */
  void restart(Era era) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && places.isEmpty() && !backoff.isQuarantined()) {
        var pause = backoff.nanosLeft(System.nanoTime());
        if (starting == 0 && pause <= 0) {
          startAnother(era);
        }
        var _ = changed.await(Math.max(LOOK_NANOS, pause), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- ending

  /** Ends children that have not been used for long, but for one. */
  @Override
  public void sweep(long now) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      for (int i = places.size() - 1; i >= 0 && places.size() > 1; i--) {
        var place = places.get(i);
        if (isIdle(place) && !place.child.isKept() && now - place.idleSince > SPARE_IDLE_NANOS) {
          places.remove(i);
          stopLater(place.child);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static void stopLater(Child child) {
    Thread.ofVirtual().name("portolan-stdio-stop").start(() -> stop(child));
  }

  private static void stop(Child child) {
    try {
      child.stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all children. Blocks for about five seconds at most. */
  void close() {
    List<Child> ending;
    lock.lock();
    try {
      closed = true;
      ending = places.stream().map(place -> place.child).toList();
      places.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    var threads = ending.stream().map(c -> Thread.ofVirtual().start(() -> stop(c))).toList();
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
