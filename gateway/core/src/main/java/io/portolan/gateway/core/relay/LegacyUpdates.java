package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/*
 * A server tells of updates on the stream that its session listens to. So the stream is open before
 * the first subscription, and what comes before the client's stream exists waits for it.
 */

/**
 * Follows resources of one legacy server on behalf of one subscription, in a session of its own.
 * Thread-safe.
 */
final class LegacyUpdates implements AutoCloseable {
  private static final Duration LISTEN_MAX = Duration.ofSeconds(2);
  private static final Duration REPLY_MAX = Duration.ofSeconds(5);
  private static final Slice NOTHING = Slice.utf8("{}");

  private final Server server;
  private final View view;
  private final CallContext context;
  private final CountDownLatch followed = new CountDownLatch(1);
  private final Set<String> granted = new HashSet<>(); // written before anyone else reads
  private volatile @Nullable Subscription subscription;
  private @Nullable UpstreamLink link; // guarded by this
  private @Nullable MessageStream stream; // guarded by this
  private boolean closed; // guarded by this

  LegacyUpdates(Server server, View view, CallContext context) {
    this.server = server;
    this.view = view;
    this.context = context;
  }

  /** Opens a session and subscribes; what the server granted is in {@link #granted} then. */
  void open(List<String> uris, Deadline deadline) throws InterruptedException {
    try {
      var opened =
          server.upstream().openSession(SessionOpening.GATEWAY, context.principal(), deadline);
      var heard = opened.listen();
      synchronized (this) {
        link = opened;
        stream = heard;
      }
      Thread.ofVirtual().name("resource-updates-" + server.name()).start(() -> read(opened, heard));
      heard.awaitOpen(LISTEN_MAX);
      for (var uri : uris) {
        if (isGranted(opened, uri, deadline)) {
          granted.add(uri);
        }
      }
    } catch (UpstreamUnavailable _) {
      // Nothing is granted, which the acknowledgement shows.
    }
    synchronized (this) {
      if (!closed) {
        return;
      }
    }
    close();
  }

  private boolean isGranted(UpstreamLink to, String uri, Deadline deadline)
      throws InterruptedException {
    var params = new JsonWriter().beginObject().member("uri", uri).endObject().toSlice();
    var request = OutboundRequest.own(to.nextId(), Methods.RESOURCES_SUBSCRIBE, params);
    var bounded = new CallContext(context.principal(), deadline, context.trace());
    return switch (to.request(request, bounded)) {
      case Answer.Whole(Message.Result _, var _) -> true;
      case Answer.Whole _, Answer.Accepted _, Answer.Failed _ -> false;
      case Answer.Streamed(var answer) -> isGranted(answer);
    };
  }

  private static boolean isGranted(MessageStream answer) throws InterruptedException {
    try (answer) {
      while (answer.next() instanceof MessageStream.Received(var message)) {
        if (message instanceof Message.Answer) {
          return message instanceof Message.Result;
        }
      }
      return false;
    }
  }

  /** The resources, in the server's own names, that it will tell of. */
  Set<String> granted() {
    return granted;
  }

  /** From now on the client's stream is there. */
  void follow(Subscription client) {
    subscription = client;
    followed.countDown();
  }

  private void read(UpstreamLink from, MessageStream in) {
    try {
      while (in.next() instanceof MessageStream.Received(Message.Call message)) {
        received(from, message);
      }
      followed.await();
      var client = subscription;
      if (client != null) {
        // What is not followed any more must not look as if it were: the client listens again.
        client.end();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void received(UpstreamLink from, Message.Call message) throws InterruptedException {
    switch (message) {
      case Message.Request request -> {
        var brief = new CallContext(context.principal(), Deadline.in(REPLY_MAX), context.trace());
        var reply =
            request.method().equals(Methods.PING)
                ? Replies.result(request.id(), NOTHING)
                : Replies.error(
                    request.id(), ErrorCode.METHOD_NOT_FOUND, "No call is under way here");
        var _ = from.send(reply, brief);
      }
      case Message.Notification note -> {
        if (note.method().equals(Methods.RESOURCES_UPDATED)) {
          followed.await();
          var client = subscription;
          if (client != null && isOfGranted(note)) {
            client.updated(view.toClient(server, note), note);
          }
        }
      }
    }
  }

  /** An update may be of a part of what was subscribed to. */
  private boolean isOfGranted(Message.Notification note) {
    var params = note.params();
    var uri = params == null ? null : params.string("uri");
    return uri != null && granted.stream().anyMatch(uri::startsWith);
  }

  @Override
  public void close() {
    UpstreamLink open;
    MessageStream heard;
    synchronized (this) {
      closed = true;
      open = link;
      heard = stream;
    }
    followed.countDown();
    if (heard != null) {
      heard.close();
    }
    if (open != null) {
      open.close();
    }
  }
}
