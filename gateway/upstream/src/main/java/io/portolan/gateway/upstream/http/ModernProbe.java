package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.calls.FinalAnswers;
import io.portolan.gateway.upstream.calls.OwnMessages;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/*
 * What an old server does with a request it does not know is anything from 400 to silence: all of
 * that means "not modern". What a proxy in front of a server says (401, 403, 429, 5xx) means
 * nothing about the server and must not be remembered. A modern server that does not speak our
 * version says so with -32022; it may still speak an old one.
 */

/** Asks a server over HTTP whether it speaks the modern era. Stateless. */
final class ModernProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ModernProbe() {}

  /**
   * The result of {@code server/discover}; null when the server does not speak our modern version.
   *
   * @throws UpstreamUnavailable when it cannot be told
   */
  static @Nullable Slice discover(ModernHttpLink link, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var half = Duration.ofNanos(Math.max(1, deadline.nanosLeft() / 2));
    var budget = deadline.orIn(half.compareTo(PATIENCE) < 0 ? half : PATIENCE);
    var request =
        OutboundRequest.own(link.nextId(), Methods.SERVER_DISCOVER, OwnMessages.modernParams());
    var context = new CallContext(Principal.GATEWAY, budget, TraceContext.start());
    return switch (FinalAnswers.await(link.request(request, context))) {
      case Answer.Whole(Message.Result(_, _, var result, _), _) ->
          result.isObject() && speaksOurs(JsonView.of(result)) ? result : null;
      // An error that the server itself wrote tells that it is no modern server, or none of ours.
      case Answer.Whole(Message.Failure failure, var status) -> {
        if (isInconclusive(status) && status != 500) {
          throw new UpstreamUnavailable(
              new UpstreamFailure.Refused(status, failure.error().text()));
        }
        yield null;
      }
      case Answer.Failed(UpstreamFailure.Refused refused) -> {
        if (isInconclusive(refused.status())) {
          throw new UpstreamUnavailable(refused);
        }
        yield null;
      }
      case Answer.Failed(UpstreamFailure.BadAnswer _) -> null;
      case Answer.Failed(UpstreamFailure.TimedOut timedOut) -> {
        if (!timedOut.sent() || deadline.passed()) {
          throw new UpstreamUnavailable(timedOut);
        }
        yield null;
      }
      case Answer.Failed(var failure) -> throw new UpstreamUnavailable(failure);
      case Answer.Accepted _, Answer.Streamed _ -> null;
    };
  }

  private static boolean speaksOurs(JsonView discovered) {
    var versions = discovered.get("supportedVersions");
    return versions != null
        && versions.isArray()
        && JsonList.items(versions).stream()
            .anyMatch(v -> v.isString() && v.string().equals(ProtocolVersion.LATEST.text()));
  }

  private static boolean isInconclusive(int status) {
    return status == 401 || status == 403 || status == 407 || status == 429 || status >= 500;
  }
}
