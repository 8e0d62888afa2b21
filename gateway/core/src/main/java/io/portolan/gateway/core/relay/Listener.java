package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Message;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Carries what one server sends to one session outside of calls to its standalone stream. */
final class Listener implements Runnable {
  private static final Duration SEND_MAX = Duration.ofSeconds(30);
  private static final Duration REFRESH_MAX = Duration.ofSeconds(2);

  private final Federation federation;
  private final Views views;
  private final LegacySession session;
  private final String server;
  private final UpstreamLink link;
  private final SessionLinks links;

  Listener(
      Federation federation,
      Views views,
      LegacySession session,
      String server,
      UpstreamLink link,
      SessionLinks links) {
    this.federation = federation;
    this.views = views;
    this.session = session;
    this.server = server;
    this.link = link;
    this.links = links;
  }

  @Override
  public void run() {
    try {
      if (read() instanceof UpstreamFailure.SessionLost && !session.closed()) {
        session.lost(server, link);
        var known = federation.server(server);
        if (known != null) {
          links.restore(session, known); // listens again, on a thread of its own
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads to the end, and says what broke the stream; null when it ended in order. */
  private @Nullable UpstreamFailure read() throws InterruptedException {
    try (var stream = link.listen()) {
      while (!session.closed()) {
        switch (stream.next()) {
          case MessageStream.Received(Message.Call message) -> carry(message);
          case MessageStream.Received _, MessageStream.Paused _ -> {}
          case MessageStream.Ended _ -> {
            return null;
          }
          case MessageStream.Broken(var failure) -> {
            return failure;
          }
        }
      }
      return null;
    }
  }

  private void carry(Message.Call message) throws InterruptedException {
    var changed = ListKind.changedBy(message.method());
    if (!changed.isEmpty()) {
      // The federation tells every session once the catalogue shows the change.
      federation.refresh(server, changed, REFRESH_MAX);
      return;
    }
    var view = views.now(session.identity().route(), session.caller());
    var from = federation.server(server);
    if (view == null || from == null) {
      return;
    }
    if (message instanceof Message.Notification && !view.concernsCaller(from, message)) {
      return; // of somebody else's task: one process of a server may work for many
    }
    var context =
        new CallContext(
            session.identity().principal(), Deadline.in(SEND_MAX), TraceContext.start());
    new ServerMessages(session, view, from, link)
        .toClient(message, context)
        .ifPresent(session.standalone()::append);
  }
}
