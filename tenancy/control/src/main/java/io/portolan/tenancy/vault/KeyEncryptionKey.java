package io.portolan.tenancy.vault;

import java.security.GeneralSecurityException;

/**
 * What wraps the tenants' data keys: a key of this process ({@link LocalKey}), or one that never
 * leaves a key management service. Thread-safe; may block.
 */
public interface KeyEncryptionKey {
  /** Names the key, never its bytes: 1 to 64 characters, kept beside what it wrapped. */
  String id();

  /**
   * Wraps a data key.
   *
   * @param context what it is for; the same must be given to unwrap it
   */
  byte[] wrap(byte[] dataKey, byte[] context) throws GeneralSecurityException;

  /**
   * Gives a data key back.
   *
   * @throws GeneralSecurityException when it was wrapped by another key or in another context, or
   *     was changed since
   */
  byte[] unwrap(byte[] wrapped, byte[] context) throws GeneralSecurityException;
}
