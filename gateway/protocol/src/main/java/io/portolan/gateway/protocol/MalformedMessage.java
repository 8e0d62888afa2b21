package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/** Bytes that are no acceptable JSON-RPC message. The text is fit for callers. */
public final class MalformedMessage extends Exception {
  private final ErrorCode code;
  private final @Nullable Slice id;
  private final Reason reason;

  /** Why bytes are no message. */
  enum Reason {
    /** They are not one. */
    MALFORMED,
    /** They go over a limit. */
    OVER_LIMIT
  }

  MalformedMessage(ErrorCode code, String message, @Nullable Slice id) {
    this(code, message, id, Reason.MALFORMED);
  }

  MalformedMessage(ErrorCode code, String message, @Nullable Slice id, Reason reason) {
    super(message, null, false, false);
    this.reason = reason;
    this.code = code;
    this.id = id;
  }

  /** {@link ErrorCode#PARSE_ERROR} or {@link ErrorCode#INVALID_REQUEST}. */
  public ErrorCode code() {
    return code;
  }

  /** Whether it goes over a limit on what a message may contain. */
  public boolean isOverLimit() {
    return reason == Reason.OVER_LIMIT;
  }

  /** The request's id as it is written, where one could be read. */
  public @Nullable Slice id() {
    return id;
  }
}
