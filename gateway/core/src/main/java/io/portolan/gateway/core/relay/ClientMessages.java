package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.CallContext;
import java.time.Duration;

/**
 * Carries what a legacy client sends without expecting an answer: notifications, and its answers to
 * what servers asked. Stateless.
 */
final class ClientMessages {
  private static final Duration TELL_MAX = Duration.ofSeconds(10);

  /** Carries a notification to the servers it concerns. */
  void notification(LegacySession session, Message.Notification notification, CallContext context)
      throws InterruptedException {
    switch (notification.method()) {
      case Methods.INITIALIZED -> {}
      case Methods.CANCELLED -> cancelled(session, notification, context);
      case Methods.PROGRESS -> progress(session, notification, context);
      default -> {
        var message = Payload.of(notification.bytes());
        EachLink.run(session, context, TELL_MAX, (link, bounded) -> link.send(message, bounded));
      }
    }
  }

  /**
   * The server is told under the id it knows; then nobody waits any more, whatever it makes of it.
   */
  private static void cancelled(
      LegacySession session, Message.Notification notification, CallContext context)
      throws InterruptedException {
    var params = notification.params();
    var id = params == null ? null : params.get("requestId");
    var inFlight = id == null ? null : session.inFlight(id);
    if (id == null || inFlight == null) {
      return;
    }
    inFlight.withdraw();
    var place = inFlight.place();
    try {
      if (place != null) {
        var splice =
            new Splice(notification.bytes()).replace(id, Slice.utf8(Long.toString(place.id())));
        place.link().send(splice.apply(), context);
      }
    } finally {
      inFlight.cancellation().cancel();
    }
  }

  /** Progress of the client on a request of a server, whose own token it was not shown. */
  private static void progress(
      LegacySession session, Message.Notification notification, CallContext context)
      throws InterruptedException {
    var params = notification.params();
    var token = params == null ? null : params.get("progressToken");
    var pending = token == null ? null : session.pending(number(token));
    var own = pending == null ? null : pending.progressToken();
    if (token != null && pending != null && own != null) {
      pending.link().send(new Splice(notification.bytes()).replace(token, own).apply(), context);
    }
  }

  /** Carries the client's answer to the server that asked. */
  void answer(LegacySession session, Message.Answer answer, CallContext context)
      throws InterruptedException {
    var reverse = session.answered(number(answer.id()));
    if (reverse != null) {
      var splice = new Splice(answer.bytes()).replace(answer.id(), reverse.id());
      reverse.link().send(splice.apply(), context);
    }
  }

  /** The positive integer a slice holds, 0 for anything else. */
  private static long number(Slice json) {
    if (!json.isNumber() || json.length() > 18) {
      return 0;
    }
    var number = 0L;
    for (int i = 0; i < json.length(); i++) {
      var digit = json.at(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
