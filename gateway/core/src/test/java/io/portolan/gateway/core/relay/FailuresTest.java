package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamFailure.BadAnswer;
import io.portolan.gateway.core.upstream.UpstreamFailure.Barred;
import io.portolan.gateway.core.upstream.UpstreamFailure.BrokenOff;
import io.portolan.gateway.core.upstream.UpstreamFailure.Cancelled;
import io.portolan.gateway.core.upstream.UpstreamFailure.NoMemory;
import io.portolan.gateway.core.upstream.UpstreamFailure.Refused;
import io.portolan.gateway.core.upstream.UpstreamFailure.Saturated;
import io.portolan.gateway.core.upstream.UpstreamFailure.SessionLost;
import io.portolan.gateway.core.upstream.UpstreamFailure.Suspended;
import io.portolan.gateway.core.upstream.UpstreamFailure.Throttled;
import io.portolan.gateway.core.upstream.UpstreamFailure.TimedOut;
import io.portolan.gateway.core.upstream.UpstreamFailure.Unreachable;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  private static final String SECRET = "10.0.0.7:8443 refused /opt/secret";

  /** What a caller and a metric are told of each failure. */
  record Row(
      UpstreamFailure failure, ErrorCode code, Outcome outcome, boolean check, String text) {}

  static List<Row> rows() {
    return List.of(
        new Row(
            new Unreachable(SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_UNREACHABLE,
            true,
            "Server 'maps' cannot be reached; the request was not sent"),
        new Row(
            new TimedOut(SECRET, true),
            ErrorCode.UPSTREAM_TIMEOUT,
            Outcome.UPSTREAM_TIMEOUT,
            true,
            "Server 'maps' did not answer in time; the request may have taken effect"),
        new Row(
            new TimedOut(SECRET, false),
            ErrorCode.UPSTREAM_TIMEOUT,
            Outcome.UPSTREAM_TIMEOUT,
            true,
            "Server 'maps' could not be reached in time; the request was not sent"),
        new Row(
            new BrokenOff(SECRET, true),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' broke off before it answered; the request may have taken effect"),
        new Row(
            new BrokenOff(SECRET, false),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' broke off before the request was sent"),
        new Row(
            new BadAnswer(SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' gave an answer that is not valid MCP or is over a limit"),
        new Row(
            new Refused(502, SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' refused the request with HTTP status 502; the request may have taken"
                + " effect"),
        new Row(
            new Refused(404, SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' refused the request with HTTP status 404"),
        new Row(
            new Throttled(Duration.ofMillis(1_200), Throttled.Whom.CALLER, SECRET),
            ErrorCode.OVERLOADED,
            Outcome.UPSTREAM_THROTTLED,
            false,
            "Server 'maps' asks for a pause; the request was not carried out; try again in 2 s"),
        new Row(
            new Suspended(
                Instant.parse("2026-11-21T10:00:00.5Z"), "it was ill", Duration.ofSeconds(3)),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_SUSPENDED,
            false,
            "Server 'maps' is not called since 2026-11-21T10:00:00Z: it was ill several times in a"
                + " row; the request was not sent; it is tried again in 3 s"),
        new Row(
            new SessionLost(SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.UPSTREAM_BROKEN,
            true,
            "Server 'maps' lost its session twice; the request was not carried out"),
        new Row(
            new Saturated(SECRET),
            ErrorCode.OVERLOADED,
            Outcome.OVERLOADED,
            false,
            "Server 'maps' has too many calls under way; the request was not sent"),
        new Row(
            new NoMemory(SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.OVERLOADED,
            false,
            "Server 'maps' answered, but this gateway has no memory left for the answer; the request"
                + " may have taken effect"),
        new Row(
            new Barred(),
            ErrorCode.NOT_ALLOWED,
            Outcome.BARRED,
            false,
            "Server 'maps' is not waited for any more: you are let in no more, because your tenant,"
                + " key or token was withdrawn; the request may have taken effect"),
        new Row(
            new Cancelled(SECRET),
            ErrorCode.UPSTREAM_FAILED,
            Outcome.CANCELLED,
            false,
            "Server 'maps' was given up on by the caller"));
  }

  @Test
  void whoeverIsSentAwayIsToldForHowLong() {
    var throttled = new Throttled(Duration.ofMillis(1_200), Throttled.Whom.CALLER, SECRET);
    assertThat(Failures.headers(throttled)).containsExactly(new Reply.Header("Retry-After", "2"));
    assertThat(Failures.headers(new Saturated(SECRET)))
        .containsExactly(new Reply.Header("Retry-After", "1"));
    assertThat(Failures.payload(Slice.utf8("7"), "maps", new Saturated(SECRET)).toString())
        .contains("\"retryAfterMs\":1000");
    assertThat(Failures.headers(new Refused(502, SECRET))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachFailureIsToldWithoutItsDetail(Row row) {
    var error = Failures.payload(Slice.utf8("7"), "maps", row.failure()).toString();
    assertThat(error).doesNotContain("10.0.0.7").doesNotContain("secret");
    assertThat(Wire.at(error, "id")).isEqualTo("7");
    assertThat(Wire.at(error, "error", "code")).isEqualTo(Integer.toString(row.code().value()));
    assertThat(Wire.string(error, "error", "message")).isEqualTo(row.text());
    assertThat(Wire.string(error, "error", "data", "server")).isEqualTo("maps");
    assertThat(Wire.at(error, "error", "data", "mayHaveRun"))
        .isEqualTo(Boolean.toString(row.failure().sent()));
    assertThat(Failures.outcome(row.failure())).isEqualTo(row.outcome());
    assertThat(Failures.isWorthACheck(row.failure())).isEqualTo(row.check());
  }
}
