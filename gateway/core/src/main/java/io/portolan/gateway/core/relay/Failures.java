package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an upstream's failure becomes an error for the caller and a label for a
 * metric. The caller learns which server failed, how, and whether a retry is safe; never why in
 * detail, which could name hosts and commands.
 */
final class Failures {
  private static final Duration SHED = Duration.ofSeconds(1);

  private Failures() {}

  /** What a failure is called towards caller and metric. */
  private record Told(ErrorCode code, Outcome outcome, String text) {}

  /** The answer for the caller. */
  static Payload payload(Slice id, String server, UpstreamFailure failure) {
    var told = told(failure);
    var json =
        new JsonWriter()
            .beginObject()
            .member("server", server)
            .member("mayHaveRun", failure.sent());
    if (failure instanceof UpstreamFailure.Suspended suspended) {
      json.member("since", suspended.since().toString());
    }
    var retryAfter = retryAfter(failure);
    if (retryAfter != null) {
      json.member("retryAfterMs", retryAfter.toMillis());
    }
    var data = json.endObject().toSlice();
    return Replies.error(id, told.code(), "Server '" + server + "' " + told.text(), data);
  }

  /** When a caller should come back, as HTTP says it; empty where nothing is known. */
  static List<Reply.Header> headers(UpstreamFailure failure) {
    var retryAfter = retryAfter(failure);
    return retryAfter == null
        ? List.of()
        : List.of(new Reply.Header("Retry-After", Long.toString(seconds(retryAfter))));
  }

  private static @Nullable Duration retryAfter(UpstreamFailure failure) {
    return switch (failure) {
      case UpstreamFailure.Throttled(var retryAfter, var _, var _) -> retryAfter;
      case UpstreamFailure.Suspended(var _, var _, var retryAfter) -> retryAfter;
      case UpstreamFailure.Saturated _ -> SHED;
      default -> null;
    };
  }

  /** Rounded up: who comes back too early is sent away again. */
  private static long seconds(Duration time) {
    return Math.max(1, time.plusMillis(999).toSeconds());
  }

  /** The label for the metric. */
  static Outcome outcome(UpstreamFailure failure) {
    return told(failure).outcome();
  }

  /** Whether a failure says something of the server's health, rather than of this one call. */
  static boolean isWorthACheck(UpstreamFailure failure) {
    return switch (failure) {
      case UpstreamFailure.Unreachable _,
          UpstreamFailure.TimedOut _,
          UpstreamFailure.BrokenOff _,
          UpstreamFailure.BadAnswer _,
          UpstreamFailure.Refused _,
          UpstreamFailure.SessionLost _ ->
          true;
      case UpstreamFailure.Saturated _,
          UpstreamFailure.NoMemory _,
          UpstreamFailure.Throttled _,
          UpstreamFailure.NoCredential _,
          UpstreamFailure.GrantNeeded _,
          UpstreamFailure.Suspended _,
          UpstreamFailure.Barred _,
          UpstreamFailure.Cancelled _ ->
          false;
    };
  }

  private static Told told(UpstreamFailure failure) {
    return switch (failure) {
      case UpstreamFailure.Unreachable _ ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_UNREACHABLE,
              "cannot be reached; the request was not sent");
      case UpstreamFailure.TimedOut(var _, var sent) ->
          new Told(
              ErrorCode.UPSTREAM_TIMEOUT,
              Outcome.UPSTREAM_TIMEOUT,
              sent
                  ? "did not answer in time; the request may have taken effect"
                  : "could not be reached in time; the request was not sent");
      case UpstreamFailure.BrokenOff(var _, var sent) ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_BROKEN,
              sent
                  ? "broke off before it answered; the request may have taken effect"
                  : "broke off before the request was sent");
      case UpstreamFailure.BadAnswer _ ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_BROKEN,
              "gave an answer that is not valid MCP or is over a limit");
      case UpstreamFailure.NoMemory _ ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.OVERLOADED,
              "answered, but this gateway has no memory left for the answer; the request may have"
                  + " taken effect");
      case UpstreamFailure.Refused(var status, var _) ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_BROKEN,
              "refused the request with HTTP status "
                  + status
                  + (failure.sent() ? "; the request may have taken effect" : ""));
      case UpstreamFailure.NoCredential _ ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_UNREACHABLE,
              "was not asked: the gateway got no access token for it; the request was not sent");
      case UpstreamFailure.GrantNeeded(var _, var url, var _) ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.DENIED,
              "has to be allowed by you first; the request was not sent. Open "
                  + url
                  + " in a browser, then make the call again");
      case UpstreamFailure.SessionLost _ ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_BROKEN,
              "lost its session twice; the request was not carried out");
      case UpstreamFailure.Saturated _ ->
          new Told(
              ErrorCode.OVERLOADED,
              Outcome.OVERLOADED,
              "has too many calls under way; the request was not sent");
      case UpstreamFailure.Throttled(var retryAfter, var _, var _) ->
          new Told(
              ErrorCode.OVERLOADED,
              Outcome.UPSTREAM_THROTTLED,
              "asks for a pause; the request was not carried out; try again in "
                  + seconds(retryAfter)
                  + " s");
      case UpstreamFailure.Suspended(var since, var reason, var retryAfter) ->
          new Told(
              ErrorCode.UPSTREAM_FAILED,
              Outcome.UPSTREAM_SUSPENDED,
              "is not called since "
                  + since.truncatedTo(ChronoUnit.SECONDS)
                  + ": "
                  + reason
                  + " several times in a row; the request was not sent; it is tried again in "
                  + seconds(retryAfter)
                  + " s");
      case UpstreamFailure.Barred _ ->
          new Told(
              ErrorCode.NOT_ALLOWED,
              Outcome.BARRED,
              "is not waited for any more: you are let in no more, because your tenant, key or token"
                  + " was withdrawn; the request may have taken effect");
      case UpstreamFailure.Cancelled _ ->
          new Told(ErrorCode.UPSTREAM_FAILED, Outcome.CANCELLED, "was given up on by the caller");
    };
  }
}
