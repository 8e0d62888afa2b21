package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * A change between two streams, or between listing and the first stream, is seen by nobody. So the
 * stream is open before the lists are asked for, and whenever it opens again they are asked for
 * again.
 */

/** Listens to what one server says of its lists, on a thread of its own, for one connection. */
final class ServerChanges implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServerChanges.class.getName());
  private static final Duration LISTEN_MAX = Duration.ofDays(3650);
  private static final Set<ListKind> ALL = EnumSet.allOf(ListKind.class);
  private static final Slice LISTEN_PARAMS =
      Slice.utf8(
          """
          {"_meta":%s,"notifications":{"toolsListChanged":true,"promptsListChanged":true,\
          "resourcesListChanged":true}}\
          """
              .formatted(ModernMetaJson.GATEWAY.text()));

  private final String server;
  private final UpstreamLink link;
  private final Agenda agenda;
  private final long connection;
  private final Federation.Settings settings;
  private final Thread thread;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean pushing;

  // Guarded by this.
  private @Nullable MessageStream stream;
  private boolean missed; // whether lists may have been asked for without a stream

  ServerChanges(
      String server,
      UpstreamLink link,
      Agenda agenda,
      long connection,
      Federation.Settings settings) {
    this.server = server;
    this.link = link;
    this.agenda = agenda;
    this.connection = connection;
    this.settings = settings;
    this.thread = Thread.ofVirtual().name("listen-" + server).unstarted(this::listen);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits, at most {@code patience}, until the server has said that it will tell of changes, or
   * that it will not. A legacy server says neither.
   */
  void awaitOpen(Duration patience) throws InterruptedException {
    if (link.era() == Era.MODERN && !opened.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      synchronized (this) {
        missed = true;
      }
    }
  }

  /** Whether changes are heard of; where they are not, lists must be asked for now and then. */
  boolean isPushing() {
    return pushing;
  }

  private void listen() {
    try {
      var pause = settings.retryMin();
      while (closed.getCount() > 0) {
        var since = System.nanoTime();
        if (!once()) {
          return;
        }
        var lasted = System.nanoTime() - since > settings.retryMax().toNanos();
        pause = lasted ? settings.retryMin() : pause;
        var _ = closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        pause = settings.longer(pause);
      }
    } catch (InterruptedException _) {
      // The connection is over.
    } finally {
      pushing = false;
      opened.countDown();
    }
  }

  /** Follows one stream to its end; whether another one may be opened. */
  private boolean once() throws InterruptedException {
    switch (open()) {
      case Opening.Open(var newStream) -> {
        return use(newStream) && read(newStream) && link.era() == Era.MODERN;
      }
      case Opening.Failed _ -> {
        opened.countDown();
        agenda.check();
        return true;
      }
      case Opening.None _ -> {
        return false;
      }
    }
  }

  /** What became of the wish to listen. */
  private sealed interface Opening {
    record Open(MessageStream stream) implements Opening {}

    record Failed() implements Opening {}

    record None() implements Opening {}
  }

  private Opening open() throws InterruptedException {
    if (link.era() == Era.LEGACY) {
      return new Opening.Open(link.listen());
    }
    var context = new CallContext(Principal.GATEWAY, Deadline.in(LISTEN_MAX), TraceContext.start());
    var request = OutboundRequest.own(link.nextId(), Methods.SUBSCRIPTIONS_LISTEN, LISTEN_PARAMS);
    return switch (link.request(request, context)) {
      case Answer.Streamed(var events) -> new Opening.Open(events);
      case Answer.Failed(UpstreamFailure.Refused _) -> new Opening.None();
      case Answer.Failed _ -> new Opening.Failed();
      case Answer.Whole _, Answer.Accepted _ -> new Opening.None();
    };
  }

  private synchronized boolean use(MessageStream newStream) {
    if (closed.getCount() == 0) {
      newStream.close();
      return false;
    }
    stream = newStream;
    pushing = true;
    return true;
  }

  /** Reads to the end; false when the server was lost. */
  private boolean read(MessageStream events) throws InterruptedException {
    try (events) {
      while (true) {
        switch (events.next()) {
          case MessageStream.Received(var message) -> received(message);
          case MessageStream.Paused _ -> {}
          case MessageStream.Ended _ -> {
            pushing = false;
            return true;
          }
          case MessageStream.Broken(var failure) -> {
            LOG.log(System.Logger.Level.DEBUG, "server {0}: {1}", server, failure.detail());
            agenda.lost(connection);
            return false;
          }
        }
      }
    }
  }

  private void received(Message message) throws InterruptedException {
    switch (message) {
      case Message.Notification(var _, var method, var _) -> {
        if (method.equals(Methods.SUBSCRIPTIONS_ACKNOWLEDGED)) {
          acknowledged();
        }
        var changed = ListKind.changedBy(method);
        if (!changed.isEmpty()) {
          agenda.stale(changed);
        }
      }
      case Message.Request request -> refuse(request);
      case Message.Answer _ -> {}
    }
  }

  private synchronized void acknowledged() {
    if (missed) {
      agenda.stale(ALL);
    }
    missed = true; // before any later acknowledgement
    opened.countDown();
  }

  /** The gateway itself declares no capability: whatever a server asks of it, it does not have. */
  private void refuse(Message.Request request) throws InterruptedException {
    var json = new JsonWriter().beginObject().member("jsonrpc", "2.0").member("id", request.id());
    if (request.method().equals(Methods.PING)) {
      json.name("result").beginObject().endObject();
    } else {
      json.name("error")
          .beginObject()
          .member("code", ErrorCode.METHOD_NOT_FOUND.value())
          .member("message", "Method not found: " + request.method())
          .endObject();
    }
    var context =
        new CallContext(
            Principal.GATEWAY, Deadline.in(settings.requestTimeout()), TraceContext.start());
    var failure = link.send(Payload.of(json.endObject().toSlice()), context);
    if (failure != null) {
      LOG.log(System.Logger.Level.DEBUG, "server {0}: {1}", server, failure.detail());
    }
  }

  @Override
  public void close() {
    MessageStream open;
    synchronized (this) {
      closed.countDown();
      open = stream;
    }
    if (open != null) {
      open.close();
    }
    thread.interrupt();
  }
}
