package io.portolan.tenancy.store.embedded;

/**
 * The store in a directory was not opened; nothing in it was changed. The message says what to do.
 */
public final class StoreRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** Another process, or another part of this one, has it open. */
    IN_USE,
    /** The directory cannot be written. */
    NOT_WRITABLE,
    /** The disk is full. */
    NO_SPACE,
    /** What is in the files is not what was written. */
    DAMAGED,
    /** A newer build wrote it. */
    NEWER_FORMAT,
    /** The file is some other program's. */
    NOT_A_STORE,
    /** A table in it has other columns than this build declares. */
    OTHER_TABLES,
    /** There is no store, or there is one where none may be. */
    WRONG_PLACE
  }

  private final Reason reason;

  StoreRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  StoreRefusedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why it was refused. */
  public Reason reason() {
    return reason;
  }
}
