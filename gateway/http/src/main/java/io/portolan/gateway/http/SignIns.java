package io.portolan.gateway.http;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.guard.FailedSignIns;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sends away whose credentials were refused too often, before they are looked at. Thread-safe. */
final class SignIns {
  private final FailedSignIns failures = new FailedSignIns();
  private final LimitCounts counts;

  SignIns(LimitCounts counts) {
    this.counts = counts;
  }

  /** Why a request is not looked at, and when to come back; empty where it is. */
  Optional<Identity.Unknown> refusal(Exchange exchange) {
    if (!exchange.signsIn()) {
      return Optional.empty();
    }
    return failures
        .pause(exchange.client(), System.nanoTime())
        .map(
            pause -> {
              counts.reached(Limit.FAILED_SIGN_INS);
              return new Identity.Unknown(tooMany(pause), List.of(retry(pause)));
            });
  }

  /** The request's credentials were looked at. */
  void answered(Exchange exchange, int status) {
    if (status == 401 && exchange.signsIn()) {
      failures.failed(exchange.client(), System.nanoTime());
    }
  }

  private static Refusal tooMany(Duration pause) {
    return new Refusal(
        429,
        ErrorCode.OVERLOADED,
        "Credentials from this address were refused more than "
            + FailedSignIns.AT_ONCE
            + " times ("
            + Limit.FAILED_SIGN_INS.label()
            + "); retry in "
            + seconds(pause)
            + " s");
  }

  private static Reply.Header retry(Duration pause) {
    return new Reply.Header("Retry-After", Long.toString(seconds(pause)));
  }

  private static long seconds(Duration pause) {
    return Math.max(1, pause.plusMillis(999).toSeconds());
  }
}
