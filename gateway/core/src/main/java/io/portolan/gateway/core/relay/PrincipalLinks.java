package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.session.Links;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions with legacy servers that stateless clients use: one per principal and server, never
 * shared between principals. Those of a principal that has not called for a while are ended.
 * Thread-safe.
 */
final class PrincipalLinks implements AutoCloseable {
  private static final Duration IDLE_MAX = Duration.ofMinutes(10);

  private final int principalsMax;
  private final Map<Principal, Entry> entries = new ConcurrentHashMap<>();

  PrincipalLinks(int principalsMax) {
    this.principalsMax = principalsMax;
  }

  /** Of one principal. Its figures change only inside the map's atomic operations. */
  private static final class Entry {
    private final Links links;
    private int users;
    private long usedNanos = System.nanoTime();

    Entry(Principal principal) {
      links = new Links(principal, SessionOpening.GATEWAY, (_, _) -> {});
    }

    Entry used(int more) {
      users += more;
      usedNanos = System.nanoTime();
      return this;
    }
  }

  /** A principal's links while they are in use. */
  final class Held implements AutoCloseable {
    private final Principal principal;
    private final Links links;

    private Held(Principal principal, Links links) {
      this.principal = principal;
      this.links = links;
    }

    Links links() {
      return links;
    }

    @Override
    public void close() {
      entries.computeIfPresent(principal, (_, entry) -> entry.used(-1));
    }
  }

  /** The links of a principal; null when there are too many principals. */
  @Nullable Held hold(Principal principal) {
    if (entries.size() >= principalsMax && !entries.containsKey(principal)) {
      expire(Duration.ZERO);
      if (entries.size() >= principalsMax) {
        return null;
      }
    }
    var entry =
        entries.compute(
            principal, (_, known) -> (known == null ? new Entry(principal) : known).used(1));
    return new Held(principal, entry.links);
  }

  /** Ends the links of those who have not called for a while. */
  void expire() {
    expire(IDLE_MAX);
  }

  private void expire(Duration idle) {
    for (var principal : entries.keySet()) {
      var ended = new Links[1];
      entries.computeIfPresent(
          principal,
          (_, entry) -> {
            if (entry.users > 0 || System.nanoTime() - entry.usedNanos < idle.toNanos()) {
              return entry;
            }
            ended[0] = entry.links;
            return null;
          });
      if (ended[0] != null) {
        ended[0].close();
      }
    }
  }

  /** Forgets all links to a server; what is under way on them goes on. */
  void forget(String server) {
    entries.values().forEach(entry -> entry.links.forget(server));
  }

  /** Number of principals. */
  int count() {
    return entries.size();
  }

  @Override
  public void close() {
    entries.values().forEach(entry -> entry.links.close());
  }
}
