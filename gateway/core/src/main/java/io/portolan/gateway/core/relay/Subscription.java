package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One {@code subscriptions/listen} stream: what its client asked for and what waits to be written.
 * A client that reads too slowly has its stream ended, and listens again. Thread-safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns">MCP
 *     2026-07-28, subscriptions</a>
 */
final class Subscription {
  private static final int WAITING_MAX = 256;

  private final Route route;
  private final Audience audience;
  private final Slice id;
  private final SubscriptionFilter filter;
  private final BlockingQueue<Optional<Payload>> waiting =
      new LinkedBlockingQueue<>(WAITING_MAX + 1);
  private volatile boolean ended;

  /** Tells whether a change of a server's list is one for the client. */
  @FunctionalInterface
  interface Audience {
    boolean hears(Server server, ListKind kind);
  }

  Subscription(Route route, Slice id, SubscriptionFilter filter, Audience audience) {
    this.route = route;
    this.audience = audience;
    this.id = Slice.of(id.toBytes());
    this.filter = filter;
  }

  /** The message that comes first: what of the filter is honoured. */
  Payload acknowledgement() {
    var json = head(Methods.SUBSCRIPTIONS_ACKNOWLEDGED).name("notifications").beginObject();
    if (filter.tools()) {
      json.member("toolsListChanged", true);
    }
    if (filter.prompts()) {
      json.member("promptsListChanged", true);
    }
    if (filter.resources()) {
      json.member("resourcesListChanged", true);
    }
    if (!filter.uris().isEmpty()) {
      json.name("resourceSubscriptions").beginArray();
      filter.uris().forEach(json::value);
      json.endArray();
    }
    return Payload.of(json.endObject().endObject().endObject().toSlice());
  }

  /** The message that ends the stream in order. */
  Payload completion() {
    var result =
        new JsonWriter()
            .beginObject()
            .member("resultType", "complete")
            .name(MetaKeys.META)
            .beginObject()
            .member(MetaKeys.SUBSCRIPTION_ID, id)
            .endObject()
            .endObject()
            .toSlice();
    return Replies.result(id, result);
  }

  private JsonWriter head(String method) {
    return new JsonWriter()
        .beginObject()
        .member("jsonrpc", "2.0")
        .member("method", method)
        .name("params")
        .beginObject()
        .name(MetaKeys.META)
        .beginObject()
        .member(MetaKeys.SUBSCRIPTION_ID, id)
        .endObject();
  }

  /** Lists of a server changed: told if the view shows the server and the client asked. */
  void changed(Server server, Set<ListKind> kinds) {
    if (route instanceof Route.Single(var only) && !only.equals(server.handle())) {
      return;
    }
    var methods = new LinkedHashSet<String>();
    for (var kind : kinds) {
      var wanted =
          switch (kind) {
            case TOOLS -> filter.tools();
            case PROMPTS -> filter.prompts();
            case RESOURCES, TEMPLATES -> filter.resources();
          };
      if (wanted && audience.hears(server, kind)) {
        methods.add(kind.changed());
      }
    }
    tell(methods);
  }

  /** The rules changed: any list may be another one now. */
  void rulesChanged() {
    var methods = new LinkedHashSet<String>();
    if (filter.tools()) {
      methods.add(ListKind.TOOLS.changed());
    }
    if (filter.prompts()) {
      methods.add(ListKind.PROMPTS.changed());
    }
    if (filter.resources()) {
      methods.add(ListKind.RESOURCES.changed());
    }
    tell(methods);
  }

  private void tell(Set<String> methods) {
    for (var method : methods) {
      offer(Payload.of(head(method).endObject().endObject().toSlice()));
    }
  }

  /**
   * A resource changed that the server was asked to tell of. The server's message is passed on with
   * this stream's id in place of the one the server knows.
   *
   * @param splice the message, begun to be put into the client's names
   */
  void updated(Splice splice, Message.Notification message) {
    var params = message.params();
    if (params == null) {
      return;
    }
    var meta = params.view(MetaKeys.META);
    var theirs = meta == null ? null : meta.get(MetaKeys.SUBSCRIPTION_ID);
    if (theirs != null) {
      splice.replace(theirs, id);
    } else {
      var member = "\"" + MetaKeys.SUBSCRIPTION_ID + "\":" + id.text();
      var inside = meta != null ? meta : params;
      splice.insert(
          inside.object().from() + 1,
          Slice.utf8(
              (meta != null ? member : "\"_meta\":{" + member + "}")
                  + (inside.size() > 0 ? "," : "")));
    }
    // Joined, it holds on to no large buffer that the message was a slice of.
    offer(Payload.of(splice.apply().join()));
  }

  private void offer(Payload message) {
    if (ended) {
      return;
    }
    if (waiting.size() >= WAITING_MAX || !waiting.offer(Optional.of(message))) {
      end();
    }
  }

  /** What comes next: a message, or nothing when {@code patience} ran out or the stream ended. */
  Optional<Payload> next(Duration patience) throws InterruptedException {
    var next = waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    return next == null ? Optional.empty() : next;
  }

  /** Whether the stream is to be ended. */
  boolean ended() {
    return ended && waiting.isEmpty();
  }

  /** Ends the stream after what waits. */
  void end() {
    ended = true;
    var woken = waiting.offer(Optional.empty());
    assert woken || !waiting.isEmpty();
  }
}
