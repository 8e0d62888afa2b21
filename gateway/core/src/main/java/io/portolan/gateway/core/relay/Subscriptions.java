package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The {@code subscriptions/listen} streams that are open. Thread-safe. */
final class Subscriptions implements AutoCloseable {
  static final int OPEN_MAX = 10_000;
  private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Adds a stream; false when there are too many. After {@link #close} it ends at once. */
  boolean add(Subscription subscription) {
    var added = open.size() < OPEN_MAX && open.add(subscription);
    if (added && closed) {
      subscription.end();
    }
    return added;
  }

  void remove(Subscription subscription) {
    open.remove(subscription);
  }

  int count() {
    return open.size();
  }

  /** Lists of a server changed. */
  void changed(String server, Set<ListKind> kinds) {
    for (var subscription : open) {
      subscription.changed(server, kinds);
    }
  }

  /** Ends every stream in order. */
  @Override
  public void close() {
    closed = true;
    open.forEach(Subscription::end);
  }
}
