package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.ArrayList;

/**
 * Does one thing on each open link of a session at the same time, so that a server that is slow
 * holds up no other. Stateless.
 */
final class EachLink {
  private EachLink() {}

  /** What is done on a link. */
  @FunctionalInterface
  interface Action {
    void on(UpstreamLink link, CallContext context) throws InterruptedException;
  }

  /** Does it everywhere and waits, at most {@code patience} or until the context's deadline. */
  static void run(LegacySession session, CallContext context, Duration patience, Action action)
      throws InterruptedException {
    var bounded =
        new CallContext(context.principal(), context.deadline().orIn(patience), context.trace());
    var links = session.links().open().values();
    if (links.size() == 1) {
      action.on(links.iterator().next(), bounded);
      return;
    }
    var threads = new ArrayList<Thread>(links.size());
    for (var link : links) {
      threads.add(Thread.ofVirtual().start(() -> once(link, bounded, action)));
    }
    for (var thread : threads) {
      thread.join(Duration.ofNanos(Math.max(1, bounded.deadline().nanosLeft())));
    }
  }

  private static void once(UpstreamLink link, CallContext context, Action action) {
    try {
      action.on(link, context);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
