package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.sessionless.ServerLinks;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.List;

/*
 * A server knows of a session what it was told on the link: the log level, the subscriptions. When
 * it loses the session, the link that is opened instead is told the same, so that the client need not
 * know.
 */

/** Keeps the links of legacy sessions what their clients made of them. Thread-safe. */
final class SessionLinks implements LegacySessions.LinkListener {
  private static final System.Logger LOG = System.getLogger(SessionLinks.class.getName());
  private static final Duration TELL_MAX = Duration.ofSeconds(10);
  private static final Duration RESTORE_MAX = Duration.ofSeconds(20);
  private static final Duration RESTORE_PAUSE_MIN = Duration.ofMillis(50);
  private static final int RESTORE_ATTEMPTS = 8; // about 13 seconds in all

  private final Federation federation;
  private final Views views;
  private final ServerLinks serverLinks;

  SessionLinks(Federation federation, Views views, ServerLinks serverLinks) {
    this.federation = federation;
    this.views = views;
    this.serverLinks = serverLinks;
  }

  /** A session opened a link: the server learns what it must know, and is listened to. */
  @Override
  public void opened(LegacySession session, String server, UpstreamLink link)
      throws InterruptedException {
    var level = session.logLevel();
    if (level != null) {
      setLevel(level, link, context(session, TELL_MAX));
    }
    subscribeAgain(session, server, link);
    if (session.listening()) {
      listen(session, server, link);
    }
  }

  private void subscribeAgain(LegacySession session, String server, UpstreamLink link)
      throws InterruptedException {
    var uris = session.subscriptions().of(server);
    var view = uris.isEmpty() ? null : views.now(session.identity().route(), session.caller());
    if (view == null) {
      return;
    }
    for (var uri : uris) {
      var params = new JsonWriter().beginObject().member("uri", uri).endObject().toSlice();
      var request = OutboundRequest.own(0, Methods.RESOURCES_SUBSCRIBE, params).message();
      if (view.route(request) instanceof View.Route.To(var _, var splice, var _, var _)) {
        var outbound =
            new OutboundRequest(
                link.nextId(),
                request,
                splice,
                request.method(),
                null,
                List.of(),
                new Cancellation());
        settle(link.request(outbound, context(session, TELL_MAX)));
      }
    }
  }

  /** Tells every server the session talks to which messages the client wants logged. */
  void setLevel(LegacySession session, Slice level, CallContext context)
      throws InterruptedException {
    EachLink.run(session, context, TELL_MAX, (link, bounded) -> setLevel(level, link, bounded));
  }

  private static void setLevel(Slice level, UpstreamLink link, CallContext context)
      throws InterruptedException {
    var capabilities = link.hello().view("capabilities");
    if (capabilities != null && capabilities.get("logging") != null) {
      var params = new JsonWriter().beginObject().member("level", level).endObject().toSlice();
      settle(
          link.request(
              OutboundRequest.own(link.nextId(), Methods.LOGGING_SET_LEVEL, params), context));
    }
  }

  /** Nobody waits for the answer. */
  private static void settle(Answer answer) {
    if (answer instanceof Answer.Streamed(var stream)) {
      stream.close();
    }
  }

  /** The client listens: so do all its links. */
  void listen(LegacySession session) {
    session.links().open().forEach((server, link) -> listen(session, server, link));
  }

  /** Carries what a server sends outside of calls to the session's standalone stream. */
  private void listen(LegacySession session, String server, UpstreamLink link) {
    Thread.ofVirtual()
        .name("session-listen-" + server)
        .start(() -> new Listener(federation, views, session, server, link, this).run());
  }

  /**
   * Opens a link again that was lost while the client waits for news of resources: it will not call
   * by itself. Blocks, and tries for a while; a server that stays away longer is noticed by its
   * monitor, whose word that it is back ends up here again.
   */
  void restore(LegacySession session, Server server) throws InterruptedException {
    var pause = RESTORE_PAUSE_MIN;
    for (int attempt = 0; attempt < RESTORE_ATTEMPTS; attempt++) {
      if (session.closed() || session.subscriptions().of(server.name()).isEmpty()) {
        return;
      }
      try {
        var _ = serverLinks.get(session, server, Deadline.in(RESTORE_MAX));
        return;
      } catch (UpstreamUnavailable e) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "server {0}: subscriptions not restored: {1}",
            server.name(),
            e.getMessage());
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private static CallContext context(LegacySession session, Duration budget) {
    return new CallContext(
        session.identity().principal(), Deadline.in(budget), TraceContext.start());
  }
}
