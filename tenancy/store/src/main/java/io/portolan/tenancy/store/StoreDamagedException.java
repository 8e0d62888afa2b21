package io.portolan.tenancy.store;

/** What is stored is not what was written: a bit flipped, or something else wrote to the files. */
public final class StoreDamagedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** {@code message} names the table or the file, and no content. */
  public StoreDamagedException(String message) {
    super(message);
  }

  /** With what the engine's driver said. */
  public StoreDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
