package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.ModernMetaJson;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One {@code subscriptions/listen} for a fixed set of resources, on a thread of its own; opened
 * again, with growing pauses, whenever it ends. Thread-safe.
 */
final class ResourceFeed implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofDays(3650);
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private static final int NEWS_BYTES_MAX = 16 << 10;

  /** Why there is no subscription. */
  sealed interface Refusal {
    /** The server said so. */
    record Said(Message.Failure failure) implements Refusal {}

    /** It could not be asked, or said nothing. */
    record Lost(UpstreamFailure failure) implements Refusal {}

    /** The answer to who wanted to subscribe. */
    default Answer to(OutboundRequest asked) {
      return switch (this) {
        case Said(var failure) -> {
          var id = Slice.utf8(Long.toString(asked.id()));
          var named = OwnMessages.failure(id, failure.error());
          yield new Answer.Whole(LegacyErrors.of(Methods.RESOURCES_READ, named), 200);
        }
        case Lost(var failure) -> new Answer.Failed(failure);
      };
    }
  }

  private final UpstreamLink server;
  private final LegacySession.Identity client;
  private final Set<String> uris;
  private final ResourceNews news;
  private final Thread thread;
  private final CountDownLatch decided = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Set<String> granted = Set.of();
  private volatile @Nullable Refusal refusal;
  private volatile Cancellation open = new Cancellation();

  ResourceFeed(
      String name,
      UpstreamLink server,
      LegacySession.Identity client,
      Set<String> uris,
      ResourceNews news) {
    this.server = server;
    this.client = client;
    this.uris = uris;
    this.news = news;
    this.thread = Thread.ofVirtual().name("session-resources-" + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Waits for the server to agree; null when it has, else why not. */
  @Nullable Refusal awaitAgreed(Deadline deadline) throws InterruptedException {
    if (!decided.await(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
      return new Refusal.Lost(new UpstreamFailure.TimedOut("subscriptions/listen", true));
    }
    return refusal;
  }

  /** Whether the server tells of this resource. */
  boolean covers(String uri) {
    return granted.contains(uri);
  }

  /** Whether the server tells of every resource that it would tell {@code other} of. */
  boolean coversAllOf(ResourceFeed other) {
    return granted.containsAll(other.granted);
  }

  private void run() {
    var pause = PAUSE_MIN;
    try {
      while (closed.getCount() > 0) {
        var failure = once();
        if (decided.getCount() > 0) {
          refusal = failure;
          decided.countDown();
          return;
        }
        if (closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        pause = pause.compareTo(PAUSE_MAX) >= 0 ? PAUSE_MAX : pause.multipliedBy(2);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (decided.getCount() > 0) {
        refusal = new Refusal.Lost(new UpstreamFailure.Cancelled("given up"));
        decided.countDown();
      }
    }
  }

  /** Follows one stream to its end. */
  private Refusal once() throws InterruptedException {
    var request = OutboundRequest.own(server.nextId(), Methods.SUBSCRIPTIONS_LISTEN, params());
    open = request.cancellation();
    if (closed.getCount() == 0) {
      request.cancellation().cancel();
    }
    var context = new CallContext(client.principal(), Deadline.in(FOREVER), TraceContext.start());
    return switch (server.request(request, context)) {
      case Answer.Streamed(var stream) -> {
        try (stream) {
          yield read(stream);
        }
      }
      case Answer.Whole(Message.Failure failure, var _) -> new Refusal.Said(failure);
      case Answer.Failed(var failure) -> new Refusal.Lost(failure);
      case Answer.Whole _, Answer.Accepted _ -> ended();
    };
  }

  private static Refusal ended() {
    return new Refusal.Lost(new UpstreamFailure.BrokenOff("subscription ended at once", true));
  }

  private Slice params() {
    var json =
        new JsonWriter()
            .beginObject()
            .member(MetaKeys.META, ModernMetaJson.of(client.opening()))
            .name("notifications")
            .beginObject()
            .name("resourceSubscriptions")
            .beginArray();
    uris.forEach(json::value);
    return json.endArray().endObject().endObject().toSlice();
  }

  private Refusal read(MessageStream stream) throws InterruptedException {
    while (true) {
      switch (stream.next()) {
        case MessageStream.Received(Message.Notification message) -> received(message);
        case MessageStream.Received(Message.Failure failure) -> {
          return new Refusal.Said(failure);
        }
        case MessageStream.Received(Message.Result _), MessageStream.Ended _ -> {
          return ended();
        }
        case MessageStream.Received _, MessageStream.Paused _ -> {}
        case MessageStream.Broken(var failure) -> {
          return new Refusal.Lost(failure);
        }
      }
    }
  }

  private void received(Message.Notification message) {
    switch (message.method()) {
      case Methods.SUBSCRIPTIONS_ACKNOWLEDGED -> agreed(message);
      case Methods.RESOURCES_UPDATED -> {
        var params = message.params();
        var uri = params == null ? null : params.string("uri");
        if (uri != null) {
          var isModest = message.bytes().length() <= NEWS_BYTES_MAX;
          news.updated(this, uri, isModest ? withoutTag(message) : bare(uri));
        }
      }
      default -> {}
    }
  }

  private void agreed(Message.Notification message) {
    var isFirst = decided.getCount() > 0;
    granted = granted(message);
    decided.countDown();
    if (!isFirst) {
      // Nobody heard what changed while there was no stream: the client looks again.
      for (var uri : granted) {
        news.updated(this, uri, bare(uri));
      }
    }
  }

  /** What the server agreed to; all, when it does not say. */
  private Set<String> granted(Message.Notification message) {
    var params = message.params();
    var told = params == null ? null : params.view("notifications");
    if (told == null) {
      return uris;
    }
    var list = told.get("resourceSubscriptions");
    var all = new HashSet<String>();
    if (list != null && list.isArray()) {
      for (var uri : JsonList.items(list)) {
        if (uri.isString() && uris.contains(uri.string())) {
          all.add(uri.string());
        }
      }
    }
    return Set.copyOf(all);
  }

  /** News of a resource and nothing else. */
  private static Message.Notification bare(String uri) {
    var params = new JsonWriter().beginObject().member("uri", uri).endObject().toSlice();
    return OwnMessages.notification(Methods.RESOURCES_UPDATED, params);
  }

  /**
   * A copy, since news may wait for long and the message is a slice of a larger buffer. The
   * subscription's id is between the gateway and the server.
   */
  private static Message.Notification withoutTag(Message.Notification message) {
    var params = message.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var splice = new Splice(message.bytes());
    if (meta != null) {
      var _ = splice.takeOut(meta, MetaKeys.SUBSCRIPTION_ID::equals);
    }
    var json = Slice.of(splice.apply().join().toBytes());
    return new Message.Notification(json, message.method(), JsonView.of(json).view("params"));
  }

  @Override
  public void close() {
    closed.countDown();
    open.cancel();
  }
}
