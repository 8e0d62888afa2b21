package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.time.Duration;

/**
 * Tells servers that nobody waits for an answer any more. Where a closed connection says so by
 * itself the link keeps it to itself. Stateless.
 */
final class Withdrawals {
  private static final Duration TELL_MAX = Duration.ofSeconds(5);

  private Withdrawals() {}

  /** Tells it after a failure that leaves the server working for nobody. */
  static void after(UpstreamFailure failure, UpstreamLink link, long id, CallContext context) {
    switch (failure) {
      case UpstreamFailure.TimedOut(var _, var sent) when sent ->
          tell(link, id, "deadline passed", context);
      case UpstreamFailure.Cancelled _ -> tell(link, id, "the client has gone", context);
      case UpstreamFailure.Barred _ -> tell(link, id, "the caller is let in no more", context);
      default -> {}
    }
  }

  /** Tells it, without waiting. */
  private static void tell(UpstreamLink link, long id, String reason, CallContext context) {
    var own = new CallContext(context.principal(), Deadline.in(TELL_MAX), context.trace());
    Thread.ofVirtual()
        .name("withdrawal")
        .start(
            () -> {
              try {
                tellNow(link, id, reason, own);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Tells it, and waits until the server took it, or the context's deadline. */
  static void tellNow(UpstreamLink link, long id, String reason, CallContext context)
      throws InterruptedException {
    var notification =
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("method", Methods.CANCELLED)
            .name("params")
            .beginObject()
            .member("requestId", id)
            .member("reason", reason)
            .endObject()
            .endObject()
            .toSlice();
    var _ = link.send(Payload.of(notification), context);
  }
}
