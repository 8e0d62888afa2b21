package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * A modern subscription cannot be added to. For one resource more another stream is opened that
 * covers all of them, and only when the server has agreed to it is the one before given up: news may
 * come twice meanwhile, but none is lost. For one resource less nothing is opened; what still comes
 * is not passed on.
 */

/**
 * The resources of one modern server that one session is subscribed to: what the session says by
 * {@code resources/subscribe} goes into one {@code subscriptions/listen}. Thread-safe.
 */
final class ResourceNews implements AutoCloseable {
  /** How many resources of a server a session may be subscribed to. */
  static final int URIS_MAX = 1_000;

  private static final Slice NOTHING = Slice.utf8("{}");

  private final String name;
  private final UpstreamLink server;
  private final LegacySession.Identity client;

  // All guarded by this. What waits is news by URI: the client only learns that there is some.
  private final Set<String> wanted = new LinkedHashSet<>(2);
  private final Map<String, Message> waiting = new LinkedHashMap<>(2);
  private @Nullable ResourceFeed feed;
  private boolean closed;

  ResourceNews(String name, UpstreamLink server, LegacySession.Identity client) {
    this.name = name;
    this.server = server;
    this.client = client;
  }

  /** Answers {@code resources/subscribe} once the server has agreed. */
  Answer subscribe(OutboundRequest asked, CallContext context) throws InterruptedException {
    var uri = Edited.string(asked, "uri");
    if (uri == null) {
      return error(asked, ErrorCode.INVALID_PARAMS, asked.method() + " needs params.uri, a string");
    }
    if (!isOffered()) {
      var why = "Method not found: the server offers no subscriptions to resources";
      return error(asked, ErrorCode.METHOD_NOT_FOUND, why);
    }
    ResourceFeed next;
    synchronized (this) {
      if (feed != null && feed.covers(uri)) {
        wanted.add(uri);
        return SessionlessLink.result(asked, NOTHING);
      }
      if (wanted.size() >= URIS_MAX) {
        var why = "More than " + URIS_MAX + " resources of a server are subscribed to";
        return error(asked, ErrorCode.OVERLOADED, why);
      }
      wanted.add(uri);
      next = new ResourceFeed(name, server, client, Set.copyOf(wanted), this);
    }
    next.start();
    asked.cancellation().onCancel(next::close);
    var refusal = next.awaitAgreed(context.deadline());
    asked.cancellation().done();
    if (refusal == null && next.covers(uri)) {
      install(next);
      return SessionlessLink.result(asked, NOTHING);
    }
    next.close();
    synchronized (this) {
      if (feed == null || !feed.covers(uri)) {
        wanted.remove(uri);
      }
    }
    return refusal != null
        ? refusal.to(asked)
        : error(
            asked,
            ErrorCode.RESOURCE_NOT_FOUND,
            "Resource not found, or not one to subscribe to: " + uri);
  }

  /** Of two that were opened at a time the one with more in it stays. */
  private void install(ResourceFeed next) {
    ResourceFeed over;
    synchronized (this) {
      var current = feed;
      if (closed || (current != null && current.coversAllOf(next))) {
        over = next;
      } else {
        over = current;
        feed = next;
      }
    }
    if (over != null) {
      over.close();
    }
  }

  /** Answers {@code resources/unsubscribe}. */
  Answer unsubscribe(OutboundRequest asked) {
    var uri = Edited.string(asked, "uri");
    if (uri == null) {
      return error(asked, ErrorCode.INVALID_PARAMS, asked.method() + " needs params.uri, a string");
    }
    ResourceFeed over = null;
    synchronized (this) {
      wanted.remove(uri);
      waiting.remove(uri);
      if (wanted.isEmpty()) {
        over = feed;
        feed = null;
      }
    }
    if (over != null) {
      over.close();
    }
    return SessionlessLink.result(asked, NOTHING);
  }

  private boolean isOffered() {
    var capabilities = server.hello().view("capabilities");
    var resources = capabilities == null ? null : capabilities.view("resources");
    var subscribe = resources == null ? null : resources.get("subscribe");
    return subscribe != null && subscribe.is("true");
  }

  private static Answer error(OutboundRequest asked, ErrorCode code, String message) {
    var id = Slice.utf8(Long.toString(asked.id()));
    return new Answer.Whole(OwnMessages.failure(id, code, message), 200);
  }

  /** There is news of a resource: a subscribed one, or one below it. */
  synchronized void updated(ResourceFeed from, String uri, Message.Notification message) {
    if (closed || (from.covers(uri) && !wanted.contains(uri))) {
      return;
    }
    if (waiting.size() < URIS_MAX || waiting.containsKey(uri)) {
      waiting.put(uri, message);
      notifyAll();
    }
  }

  /** The stream of news for the session. */
  MessageStream listen() {
    return new News();
  }

  private final class News implements MessageStream {
    private boolean over; // guarded by the outer this

    @Override
    public Next next() throws InterruptedException {
      synchronized (ResourceNews.this) {
        while (true) {
          if (closed || over) {
            return new Ended();
          }
          var first = waiting.entrySet().iterator();
          if (first.hasNext()) {
            var message = first.next().getValue();
            first.remove();
            return new Received(message);
          }
          ResourceNews.this.wait();
        }
      }
    }

    @Override
    public void close() {
      synchronized (ResourceNews.this) {
        over = true;
        ResourceNews.this.notifyAll();
      }
    }
  }

  @Override
  public void close() {
    ResourceFeed over;
    synchronized (this) {
      closed = true;
      over = feed;
      feed = null;
      wanted.clear();
      waiting.clear();
      notifyAll();
    }
    if (over != null) {
      over.close();
    }
  }
}
