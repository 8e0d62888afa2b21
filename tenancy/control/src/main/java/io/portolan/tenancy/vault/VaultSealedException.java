package io.portolan.tenancy.vault;

import org.jspecify.annotations.Nullable;

/** What is in the vault cannot be opened with the keys there are. Tells names, never values. */
public final class VaultSealedException extends Exception {
  private static final long serialVersionUID = 1;

  VaultSealedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
