package io.portolan.bench.wire;

/** The peer sent bytes that are not HTTP/1.1, or not JSON where JSON was due. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was read and what was expected
   */
  public MalformedException(String message) {
    super(message);
  }
}
