package io.portolan.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC 2.0 message as regions of its bytes. Made by {@link MessageReader}; immutable.
 *
 * @see <a href="https://www.jsonrpc.org/specification">JSON-RPC 2.0</a>
 */
public sealed interface Message {
  /** The whole message. */
  Slice bytes();

  /** A message that names a method: a request or a notification. */
  sealed interface Call extends Message {
    /** The method's decoded name. */
    String method();

    /** The members of {@code params}; null when there are none. */
    @Nullable JsonView params();
  }

  /** A message that answers a request. */
  sealed interface Answer extends Message {
    /** The id as it is written; {@code null} as a literal where the error names none. */
    Slice id();
  }

  /**
   * A request.
   *
   * @param id the id as it is written: a string or a number
   */
  record Request(Slice bytes, Slice id, String method, @Nullable JsonView params) implements Call {}

  /** A notification: no answer comes. */
  record Notification(Slice bytes, String method, @Nullable JsonView params) implements Call {}

  /**
   * A successful answer.
   *
   * @param result the result as it is written
   * @param members its members; null when it is no object
   */
  record Result(Slice bytes, Slice id, Slice result, @Nullable JsonView members)
      implements Answer {}

  /**
   * A failed answer.
   *
   * @param error the error object as it is written
   */
  record Failure(Slice bytes, Slice id, Slice error) implements Answer {}
}
