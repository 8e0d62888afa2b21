package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ModernMetaJson;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Follows resources on behalf of one subscription: one stream per modern server concerned, one
 * session per legacy server. Used by one thread; what comes has threads of its own.
 */
final class ResourceUpdates implements AutoCloseable {
  private static final Duration GRANT_MAX = Duration.ofSeconds(10);
  private static final Duration FOREVER = Duration.ofDays(3650);

  private record Followed(Server server, String uri) {}

  private final View view;
  private final CallContext context;
  private final Map<String, Followed> byUri = new HashMap<>();
  private final Map<String, LegacyUpdates> legacy = new ConcurrentHashMap<>(2);
  private final List<Cancellation> upstream = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  ResourceUpdates(View view, CallContext context) {
    this.view = view;
    this.context = new CallContext(context.principal(), Deadline.in(FOREVER), context.trace());
  }

  /**
   * The part of a filter that can be honoured: URIs that lead to a server that tells. Legacy
   * servers are asked; blocks until they have answered, a bounded time.
   */
  SubscriptionFilter supported(SubscriptionFilter asked) throws InterruptedException {
    var kept = new ArrayList<String>();
    for (var uri : asked.uris()) {
      var route = view.route(read(uri));
      if (route instanceof View.Route.To(var server, var _, var own, var _)) {
        if (own != null && tells(server)) {
          byUri.put(uri, new Followed(server, own));
          kept.add(uri);
        }
      }
    }
    subscribeToLegacy(kept);
    kept.removeIf(uri -> !isFollowed(Objects.requireNonNull(byUri.get(uri))));
    return asked.with(kept);
  }

  private void subscribeToLegacy(List<String> kept) throws InterruptedException {
    var perServer = new LinkedHashMap<Server, List<String>>();
    for (var uri : kept) {
      var followed = Objects.requireNonNull(byUri.get(uri));
      if (!isModern(followed.server())) {
        perServer.computeIfAbsent(followed.server(), _ -> new ArrayList<>()).add(followed.uri());
      }
    }
    var deadline = Deadline.in(GRANT_MAX);
    var threads = new ArrayList<Thread>(perServer.size());
    perServer.forEach(
        (server, uris) -> {
          var updates = new LegacyUpdates(server, view, context);
          legacy.put(server.name(), updates);
          threads.add(Thread.ofVirtual().start(() -> open(updates, uris, deadline)));
        });
    for (var thread : threads) {
      thread.join();
    }
  }

  private static void open(LegacyUpdates updates, List<String> uris, Deadline deadline) {
    try {
      updates.open(uris, deadline);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isFollowed(Followed followed) {
    var updates = legacy.get(followed.server().name());
    return updates == null || updates.granted().contains(followed.uri());
  }

  private static boolean isModern(Server server) {
    var snapshot = server.snapshot();
    return snapshot != null && snapshot.profile().speaks(Era.MODERN);
  }

  /** Whether a server tells of updates in a way that a stateless client can be told. */
  private static boolean tells(Server server) {
    var snapshot = server.snapshot();
    if (snapshot == null) {
      return false;
    }
    var capabilities = snapshot.profile().hello(Era.MODERN).view("capabilities");
    var resources = capabilities == null ? null : capabilities.view("resources");
    var subscribe = resources == null ? null : resources.get("subscribe");
    return subscribe != null && subscribe.is("true");
  }

  /** The request whose route a URI follows. */
  private static Message.Request read(String uri) {
    var params = new JsonWriter().beginObject().member("uri", uri).endObject().toSlice();
    return OutboundRequest.own(0, Methods.RESOURCES_READ, params).message();
  }

  /** Begins to follow. */
  void follow(SubscriptionFilter filter, Subscription subscription) {
    var perServer = new LinkedHashMap<Server, List<String>>();
    for (var uri : filter.uris()) {
      var followed = Objects.requireNonNull(byUri.get(uri));
      if (isModern(followed.server())) {
        perServer.computeIfAbsent(followed.server(), _ -> new ArrayList<>()).add(followed.uri());
      }
    }
    legacy.values().forEach(updates -> updates.follow(subscription));
    perServer.forEach(
        (server, uris) ->
            Thread.ofVirtual()
                .name("resource-updates-" + server.name())
                .start(() -> follow(server, uris, subscription)));
  }

  private void follow(Server server, List<String> uris, Subscription subscription) {
    var link = server.upstream().modern();
    var params =
        new JsonWriter()
            .beginObject()
            .member(MetaKeys.META, ModernMetaJson.GATEWAY)
            .name("notifications")
            .beginObject()
            .name("resourceSubscriptions")
            .beginArray();
    uris.forEach(params::value);
    var request =
        OutboundRequest.own(
            link.nextId(),
            Methods.SUBSCRIPTIONS_LISTEN,
            params.endArray().endObject().endObject().toSlice());
    upstream.add(request.cancellation());
    if (closed) {
      request.cancellation().cancel();
    }
    try {
      if (link.request(request, context) instanceof Answer.Streamed(var stream)) {
        try (stream) {
          pump(server, Set.copyOf(uris), stream, subscription);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    // What is not followed any more must not look as if it were: the client listens again.
    subscription.end();
  }

  private void pump(
      Server server, Set<String> uris, MessageStream stream, Subscription subscription)
      throws InterruptedException {
    while (stream.next() instanceof MessageStream.Received(var message)) {
      if (message instanceof Message.Notification notification
          && notification.method().equals(Methods.RESOURCES_UPDATED)
          && isOf(uris, notification)) {
        subscription.updated(view.toClient(server, notification), notification);
      }
    }
  }

  private static boolean isOf(Set<String> uris, Message.Notification notification) {
    var params = notification.params();
    var uri = params == null ? null : params.string("uri");
    return uri != null && uris.contains(uri);
  }

  @Override
  public void close() {
    closed = true;
    upstream.forEach(Cancellation::cancel);
    legacy.values().forEach(LegacyUpdates::close);
  }
}
