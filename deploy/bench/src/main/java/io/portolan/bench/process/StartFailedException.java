package io.portolan.bench.process;

/** A process did not come up; the message says which, and what it said. */
public final class StartFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which process, and what it wrote
   */
  public StartFailedException(String message) {
    super(message);
  }
}
