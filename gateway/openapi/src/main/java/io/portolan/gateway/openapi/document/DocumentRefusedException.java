package io.portolan.gateway.openapi.document;

/** A document, or a part of one, that cannot be used. The message is for who named it. */
public final class DocumentRefusedException extends Exception {
  /** Says what was found, and what was expected. */
  public DocumentRefusedException(String message) {
    super(message);
  }

  /** The same with its cause. */
  public DocumentRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
