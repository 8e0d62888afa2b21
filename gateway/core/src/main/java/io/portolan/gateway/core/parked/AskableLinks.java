package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * A question of a server names no call. On a link of its own a call is the only one it can be meant
 * for, whichever way it comes. The newest idle link is used first, so that the others grow old.
 */

/**
 * Links on which servers may ask, lent to one call at a time and kept for the next one of the same
 * principal and capabilities. Bounded. Thread-safe; the lock is never held over I/O.
 */
public final class AskableLinks implements AutoCloseable {
  /**
   * Bounds of the pool.
   *
   * @param perPrincipal links of one principal at a time, lent or idle
   * @param total links of all
   * @param idle how long a link is kept for the next call
   */
  public record Limits(int perPrincipal, int total, Duration idle) {
    public static final Limits DEFAULT = new Limits(128, 2_000, Duration.ofMinutes(2));
  }

  private record Key(Principal principal, String server, Slice capabilities) {}

  private final Limits limits;
  // Guarded by this. Invariant: open is the sum of ofPrincipal, which counts lent and idle links.
  private final Map<Key, Deque<AskableLink>> idle = new HashMap<>();
  private final Map<Principal, Integer> ofPrincipal = new HashMap<>();
  private int open;
  private boolean closed;

  public AskableLinks(Limits limits) {
    this.limits = limits;
  }

  /** A link while it is lent. */
  final class Lease {
    private final Key key;
    private final AskableLink link;

    private Lease(Key key, AskableLink link) {
      this.key = key;
      this.link = link;
    }

    AskableLink link() {
      return link;
    }

    /** The call has its answer: the link can serve another one. */
    void giveBack() {
      link.rest();
      if (link.isLost() || !keep(key, link)) {
        discard();
      }
    }

    /** The server has lost the session; those of the idle links are as old, and not tried. */
    void lost() {
      forgetIdle(key);
      discard();
    }

    /** The server may still be at work for the call: nobody else gets the link. */
    void discard() {
      link.rest();
      AskableLinks.this.discard(key.principal(), link);
    }
  }

  /**
   * A link for one call, opened if there is none.
   *
   * @throws UpstreamUnavailable when it cannot be opened before the deadline, or there are too many
   */
  Lease lease(Principal principal, Server server, Declared declared, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var key = new Key(principal, server.name(), declared.capabilities());
    var kept = take(key);
    if (kept != null) {
      return new Lease(key, kept);
    }
    makeRoom(principal);
    AskableLink opened = null;
    try {
      opened =
          new AskableLink(
              principal, server.upstream().openSession(declared.opening(), principal, deadline));
      opened.start(server.name());
      var lease = new Lease(key, opened);
      opened = null;
      return lease;
    } catch (UpstreamUnavailable | InterruptedException | RuntimeException e) {
      leave(principal);
      throw e;
    } finally {
      if (opened != null) {
        opened.close();
      }
    }
  }

  private @Nullable AskableLink take(Key key) {
    var dead = new ArrayList<AskableLink>(0);
    try {
      synchronized (this) {
        var links = idle.get(key);
        while (links != null && !links.isEmpty()) {
          var link = links.removeLast();
          if (links.isEmpty()) {
            idle.remove(key);
          }
          if (!link.isLost()) {
            return link;
          }
          dead.add(link);
        }
        return null;
      }
    } finally {
      dead.forEach(link -> discard(key.principal(), link));
    }
  }

  /** Ends the idle links to a server that is reached in another way, or not at all, from now on. */
  public void forget(String server) {
    List<Key> keys;
    synchronized (this) {
      keys = idle.keySet().stream().filter(key -> key.server().equals(server)).toList();
    }
    keys.forEach(this::forgetIdle);
  }

  private void forgetIdle(Key key) {
    Deque<AskableLink> forgotten;
    synchronized (this) {
      forgotten = idle.remove(key);
    }
    if (forgotten != null) {
      forgotten.forEach(link -> discard(key.principal(), link));
    }
  }

  /** Counts one more link of a principal, ending an idle one where there are too many. */
  private void makeRoom(Principal principal) throws UpstreamUnavailable {
    while (true) {
      Key from;
      synchronized (this) {
        if (closed) {
          throw new UpstreamUnavailable(new UpstreamFailure.Cancelled("the gateway is closing"));
        }
        var own = ofPrincipal.getOrDefault(principal, 0);
        if (own < limits.perPrincipal() && open < limits.total()) {
          ofPrincipal.put(principal, own + 1);
          open++;
          return;
        }
        from = longestIdle(own >= limits.perPrincipal() ? principal : null);
        if (from == null) {
          throw new UpstreamUnavailable(
              new UpstreamFailure.Saturated("too many calls that may ask their client"));
        }
      }
      var ended = takeOldest(from);
      if (ended != null) {
        discard(from.principal(), ended);
      }
    }
  }

  private @Nullable Key longestIdle(@Nullable Principal of) {
    Key found = null;
    var since = 0L;
    for (var entry : idle.entrySet()) {
      var first = entry.getValue().getFirst();
      if ((of == null || of.equals(entry.getKey().principal()))
          && (found == null || first.idleSinceNanos() - since < 0)) {
        found = entry.getKey();
        since = first.idleSinceNanos();
      }
    }
    return found;
  }

  private synchronized @Nullable AskableLink takeOldest(Key key) {
    var links = idle.get(key);
    if (links == null) {
      return null;
    }
    var oldest = links.removeFirst();
    if (links.isEmpty()) {
      idle.remove(key);
    }
    return oldest;
  }

  private synchronized boolean keep(Key key, AskableLink link) {
    if (closed) {
      return false;
    }
    idle.computeIfAbsent(key, _ -> new ArrayDeque<>(2)).addLast(link);
    return true;
  }

  private void discard(Principal principal, AskableLink link) {
    leave(principal);
    link.close();
  }

  private synchronized void leave(Principal principal) {
    ofPrincipal.computeIfPresent(principal, (_, own) -> own > 1 ? own - 1 : null);
    open--;
  }

  /** Ends the links that nobody has needed for a while. */
  public void expire() {
    expire(limits.idle());
  }

  private void expire(Duration age) {
    var now = System.nanoTime();
    record Old(Principal principal, AskableLink link) {}
    var old = new ArrayList<Old>();
    synchronized (this) {
      for (var key : List.copyOf(idle.keySet())) {
        var links = idle.get(key);
        while (links != null
            && !links.isEmpty()
            && now - links.getFirst().idleSinceNanos() >= age.toNanos()) {
          old.add(new Old(key.principal(), links.removeFirst()));
        }
        if (links != null && links.isEmpty()) {
          idle.remove(key);
        }
      }
    }
    old.forEach(each -> discard(each.principal(), each.link()));
  }

  /** Number of links, lent and idle. */
  public synchronized int count() {
    return open;
  }

  /** Ends what is idle; what is lent ends with its call. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    expire(Duration.ZERO);
  }
}
