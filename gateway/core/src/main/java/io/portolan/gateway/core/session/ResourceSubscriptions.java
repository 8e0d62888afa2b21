package io.portolan.gateway.core.session;

import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resources a legacy client is subscribed to, so that they can be subscribed to again when a
 * server has lost the session. Thread-safe; at most so many are remembered.
 */
public final class ResourceSubscriptions {
  private static final int URIS_MAX = 1_000;

  // Guarded by this. Most sessions never have any.
  private @Nullable Map<String, Set<String>> byServer;
  private int size;

  /** Notes what a request that a server has granted means; most mean nothing here. */
  public void note(String server, Message.Request request) {
    var params = request.params();
    switch (request.method()) {
      case Methods.RESOURCES_SUBSCRIBE -> add(server, params == null ? null : params.string("uri"));
      case Methods.RESOURCES_UNSUBSCRIBE ->
          remove(server, params == null ? null : params.string("uri"));
      default -> {}
    }
  }

  private synchronized void add(String server, @Nullable String uri) {
    if (uri == null || size >= URIS_MAX) {
      return;
    }
    var all = byServer;
    if (all == null) {
      all = new HashMap<>();
      byServer = all;
    }
    if (all.computeIfAbsent(server, _ -> new LinkedHashSet<>()).add(uri)) {
      size++;
    }
  }

  private synchronized void remove(String server, @Nullable String uri) {
    var uris = byServer == null ? null : byServer.get(server);
    if (uris != null && uri != null && uris.remove(uri)) {
      size--;
    }
  }

  /** The URIs, as the client writes them, of resources of a server. */
  public synchronized List<String> of(String server) {
    var uris = byServer == null ? null : byServer.get(server);
    return uris == null ? List.of() : List.copyOf(uris);
  }
}
