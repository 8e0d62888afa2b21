package io.portolan.gateway.protocol;

/** What comparing header fields with a message's body found. */
public sealed interface HeaderCheck {
  /** The usual outcome. */
  HeaderCheck OK = new Ok();

  /** Everything agrees. */
  record Ok() implements HeaderCheck {}

  /**
   * A field is missing, malformed, there twice or says something else than the body: {@link
   * ErrorCode#HEADER_MISMATCH}.
   *
   * @param header the field's name
   * @param message what was sent and what was expected, fit for callers
   */
  record Mismatch(String header, String message) implements HeaderCheck {}
}
