package io.portolan.gateway.core.resilience;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a failure says of the health of a server. Only what cannot be the caller's doing counts: an
 * error that the server answered with, or a tool that failed, is the answer of a healthy server.
 */
public enum Illness {
  UNREACHABLE("it could not be reached"),
  TIMED_OUT("it did not answer in time"),
  BROKEN_OFF("it broke off before it had answered"),
  SERVER_ERROR("it answered with an HTTP status of 500 or above"),
  INVALID("its answer was not valid MCP or over a limit");

  private final String text;

  Illness(String text) {
    this.text = text;
  }

  /** What callers and operators are told. Names no host and no command. */
  public String text() {
    return text;
  }

  /** What ails a server that failed so; null when the failure says nothing of it. */
  static @Nullable Illness of(UpstreamFailure failure) {
    return switch (failure) {
      case UpstreamFailure.Unreachable _ -> UNREACHABLE;
      case UpstreamFailure.TimedOut _ -> TIMED_OUT;
      case UpstreamFailure.BrokenOff _ -> BROKEN_OFF;
      case UpstreamFailure.Refused(var status, var _) -> ofStatus(status);
      case UpstreamFailure.BadAnswer _ -> INVALID;
      case UpstreamFailure.SessionLost _,
          UpstreamFailure.Saturated _,
          UpstreamFailure.NoMemory _,
          UpstreamFailure.NoCredential _,
          UpstreamFailure.GrantNeeded _,
          UpstreamFailure.Throttled _,
          UpstreamFailure.Suspended _,
          UpstreamFailure.Barred _,
          UpstreamFailure.Cancelled _ ->
          null;
    };
  }

  /** What ails a server that answered with an HTTP status; null when nothing does. */
  static @Nullable Illness ofStatus(int status) {
    return status >= 500 ? SERVER_ERROR : null;
  }
}
