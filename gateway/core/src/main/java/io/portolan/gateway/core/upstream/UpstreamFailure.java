package io.portolan.gateway.core.upstream;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * Why a server gave no answer. The details are for logs: they may name hosts and commands, and must
 * not be shown to callers.
 */
public sealed interface UpstreamFailure {
  /** What happened, for the log. */
  String detail();

  /** Whether the server may have seen, and acted on, the message. */
  boolean sent();

  /** No connection, or no process: nothing was sent. */
  record Unreachable(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return false;
    }
  }

  /** The deadline passed. */
  record TimedOut(String detail, boolean sent) implements UpstreamFailure {}

  /** The connection broke or the process ended before the answer was complete. */
  record BrokenOff(String detail, boolean sent) implements UpstreamFailure {}

  /** The server answered with something that is not MCP, or over a limit. */
  record BadAnswer(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return true;
    }
  }

  /** The gateway had no memory left for the answer. The server did nothing wrong. */
  record NoMemory(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return true;
    }
  }

  /**
   * The server refused with an HTTP status and no JSON-RPC message. Below 500, and with 503, it
   * says that it did not act; otherwise that is not known.
   */
  record Refused(int status, String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return status >= 500 && status != 503;
    }
  }

  /** The server asks to be left alone for a while (429, or 503 with Retry-After). */
  record Throttled(Duration retryAfter, Whom whom, String detail) implements UpstreamFailure {
    /** By whom. */
    public enum Whom {
      /** The caller sends too much (429). */
      CALLER,
      /** The server can take no more of anybody (503). */
      EVERYBODY
    }

    @Override
    public boolean sent() {
      return false;
    }
  }

  /**
   * The server has failed so often that it is not called for now.
   *
   * @param since since when
   * @param reason why, fit for callers
   * @param retryAfter until a call is tried again
   */
  record Suspended(Instant since, String reason, Duration retryAfter) implements UpstreamFailure {
    @Override
    public String detail() {
      return "not called since " + since + ": " + reason;
    }

    @Override
    public boolean sent() {
      return false;
    }
  }

  /** The gateway has nothing to show the server that would prove on whose behalf it asks. */
  record NoCredential(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return false;
    }
  }

  /**
   * The caller has to allow first, in a browser, that the server is used for it. Nothing was sent.
   *
   * @param id names the question
   * @param url where it is answered; fit for this caller only
   * @param message what it is about, for the caller
   */
  record GrantNeeded(String id, URI url, String message) implements UpstreamFailure {
    @Override
    public String detail() {
      return message;
    }

    @Override
    public boolean sent() {
      return false;
    }
  }

  /** The server no longer knows the session: it did not act on the message. */
  record SessionLost(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return false;
    }
  }

  /** Too many connections or calls to this server are under way. */
  record Saturated(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return false;
    }
  }

  /** The caller is let in no more: its tenant was suspended or deleted, or its proof revoked. */
  record Barred() implements UpstreamFailure {
    @Override
    public String detail() {
      return "the caller is let in no more";
    }

    @Override
    public boolean sent() {
      return true;
    }
  }

  /** The caller gave up. */
  record Cancelled(String detail) implements UpstreamFailure {
    @Override
    public boolean sent() {
      return true;
    }
  }
}
