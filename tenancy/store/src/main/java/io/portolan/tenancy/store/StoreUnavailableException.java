package io.portolan.tenancy.store;

/** The engine could not answer in time, or not at all. The caller's request was well formed. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What may have happened to a write. */
  public enum Effect {
    /** Nothing was written, nor will be: the write may be repeated or given up. */
    NONE,
    /** It may have been written, or may be yet. Plain writes may be repeated. */
    UNKNOWN
  }

  private final Effect effect;

  /** Without a cause that would say more. */
  public StoreUnavailableException(Effect effect, String message) {
    super(message);
    this.effect = effect;
  }

  /** With what the engine's driver said. */
  public StoreUnavailableException(Effect effect, String message, Throwable cause) {
    super(message, cause);
    this.effect = effect;
  }

  /** What may have happened. {@link Effect#NONE} for reads. */
  public Effect effect() {
    return effect;
  }
}
