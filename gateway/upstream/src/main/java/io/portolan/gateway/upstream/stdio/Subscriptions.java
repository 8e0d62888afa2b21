package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * To the child all sessions are one client. So one session's unsubscribe must not end another's
 * subscription, an update is news only for those who asked for it, and a child that takes the place
 * of a dead one has to be told again.
 */

/** What the sessions of a server asked it to remember. Bounded. Thread-safe. */
final class Subscriptions {
  private static final int URIS_MAX = 10_000;

  private final Map<String, Set<StdioLink>> byUri = new HashMap<>(); // guarded by this
  private volatile @Nullable Slice logLevelParams;

  /** Whether the child must still be told of an unsubscription. */
  enum Left {
    OTHERS,
    NOBODY
  }

  synchronized void add(String uri, StdioLink link) {
    if (byUri.size() < URIS_MAX || byUri.containsKey(uri)) {
      byUri.computeIfAbsent(uri, _ -> new HashSet<>()).add(link);
    }
  }

  synchronized Left remove(String uri, StdioLink link) {
    var subscribers = byUri.get(uri);
    if (subscribers == null) {
      return Left.NOBODY;
    }
    subscribers.remove(link);
    if (subscribers.isEmpty()) {
      byUri.remove(uri);
      return Left.NOBODY;
    }
    return Left.OTHERS;
  }

  synchronized void forget(StdioLink link) {
    byUri.values().forEach(subscribers -> subscribers.remove(link));
    byUri.values().removeIf(Set::isEmpty);
  }

  /** Who wants to know of an update: it may be of a part of what was subscribed to. */
  synchronized Set<StdioLink> subscribers(String uri) {
    var found = new HashSet<StdioLink>();
    byUri.forEach(
        (subscribed, links) -> {
          if (uri.startsWith(subscribed)) {
            found.addAll(links);
          }
        });
    return found;
  }

  synchronized List<String> uris() {
    return new ArrayList<>(byUri.keySet());
  }

  /** The parameters of the last logging/setLevel; null when there was none. */
  @Nullable Slice logLevelParams() {
    return logLevelParams;
  }

  void logLevelParams(Slice params) {
    logLevelParams = params;
  }
}
