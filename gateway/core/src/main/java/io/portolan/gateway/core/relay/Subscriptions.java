package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.tenancy.Principal;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The {@code subscriptions/listen} streams that are open. Bounded. Thread-safe. */
final class Subscriptions implements AutoCloseable {
  /** What became of the wish to open one more. */
  enum Admission {
    OPEN,
    /** All callers together have too many. */
    TOO_MANY,
    /** This caller has too many. */
    TOO_MANY_OF_CALLER
  }

  private final int openMax;
  private final int perPrincipalMax;
  private final Map<Subscription, Principal> open = new ConcurrentHashMap<>();
  private final Map<Principal, Integer> ofPrincipal = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;

  Subscriptions(int openMax, int perPrincipalMax) {
    this.openMax = openMax;
    this.perPrincipalMax = perPrincipalMax;
  }

  int openMax() {
    return openMax;
  }

  int perPrincipalMax() {
    return perPrincipalMax;
  }

  /** Adds a stream, if there is room. After {@link #close} it ends at once. */
  Admission add(Subscription subscription, Principal principal) {
    if (count.incrementAndGet() > openMax) {
      count.decrementAndGet();
      return Admission.TOO_MANY;
    }
    if (ofPrincipal.merge(principal, 1, Integer::sum) > perPrincipalMax) {
      leave(principal);
      return Admission.TOO_MANY_OF_CALLER;
    }
    open.put(subscription, principal);
    if (closed) {
      subscription.end();
    }
    return Admission.OPEN;
  }

  private void leave(Principal principal) {
    count.decrementAndGet();
    ofPrincipal.computeIfPresent(principal, (_, own) -> own > 1 ? own - 1 : null);
  }

  void remove(Subscription subscription) {
    var principal = open.remove(subscription);
    if (principal != null) {
      leave(principal);
    }
  }

  int count() {
    return open.size();
  }

  /** Lists of a server changed. */
  void changed(Server server, Set<ListKind> kinds) {
    for (var subscription : open.keySet()) {
      subscription.changed(server, kinds);
    }
  }

  /** The rules changed. */
  void rulesChanged() {
    open.keySet().forEach(Subscription::rulesChanged);
  }

  /** Ends every stream in order. */
  @Override
  public void close() {
    closed = true;
    open.keySet().forEach(Subscription::end);
  }
}
