package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/** Bytes that are no acceptable JSON-RPC message. The text is fit for callers. */
public final class MalformedMessage extends Exception {
  private final ErrorCode code;
  private final @Nullable Slice id;

  MalformedMessage(ErrorCode code, String message, @Nullable Slice id) {
    super(message, null, false, false);
    this.code = code;
    this.id = id;
  }

  /** {@link ErrorCode#PARSE_ERROR} or {@link ErrorCode#INVALID_REQUEST}. */
  public ErrorCode code() {
    return code;
  }

  /** The request's id as it is written, where one could be read. */
  public @Nullable Slice id() {
    return id;
  }
}
