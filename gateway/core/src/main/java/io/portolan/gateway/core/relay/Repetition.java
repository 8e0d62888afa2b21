package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Decides whether a request that failed is sent once more, which happens once at most. */
final class Repetition {
  private static final Duration PAUSE_MIN = Duration.ofMillis(10);
  private static final Duration PAUSE_MAX = Duration.ofMillis(50);

  private Repetition() {}

  /**
   * Whether the request should be sent again now. Blocks for a moment before it says yes, so that
   * callers who failed together do not come back together.
   */
  static boolean isDue(Server server, OutboundRequest asked, Answer answer, Deadline deadline)
      throws InterruptedException {
    if (!(answer instanceof Answer.Failed(var failure))
        || deadline.nanosLeft() < PAUSE_MAX.toNanos()
        || !server.upstream().mayRepeat(asked, failure)) {
      return false;
    }
    Thread.sleep(
        Duration.ofNanos(
            ThreadLocalRandom.current().nextLong(PAUSE_MIN.toNanos(), PAUSE_MAX.toNanos())));
    return true;
  }
}
