package io.portolan.bench.load;

/** A reply that is not the right answer to what was asked; one of them fails a whole run. */
public final class BadReplyException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was expected and what came
   */
  public BadReplyException(String message) {
    super(message);
  }
}
