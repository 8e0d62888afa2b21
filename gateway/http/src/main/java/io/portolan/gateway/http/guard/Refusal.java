package io.portolan.gateway.http.guard;

import io.portolan.gateway.protocol.ErrorCode;

/**
 * Why a request is not taken.
 *
 * @param status the HTTP status
 * @param code the JSON-RPC error code
 * @param message what was sent and what was expected, for the caller
 */
public record Refusal(int status, ErrorCode code, String message) {
  private static final int QUOTED_MAX = 120;

  /** A refusal as an invalid request. */
  public static Refusal of(int status, String message) {
    return new Refusal(status, ErrorCode.INVALID_REQUEST, message);
  }

  /** What was sent, cut to a length that fits a message. */
  static String quoted(String sent) {
    return "'" + (sent.length() <= QUOTED_MAX ? sent : sent.substring(0, QUOTED_MAX) + "...") + "'";
  }
}
