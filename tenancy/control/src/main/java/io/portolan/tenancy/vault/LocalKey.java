package io.portolan.tenancy.vault;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A key-encryption key in this process's memory, from a file or the environment. */
public final class LocalKey implements KeyEncryptionKey {
  /** What a key has, in bytes. */
  public static final int KEY_BYTES = Sealing.KEY_BYTES;

  private final byte[] key;
  private final SecureRandom random;
  private final String id;

  private LocalKey(byte[] key, SecureRandom random) {
    this.key = key;
    this.random = random;
    this.id = "local-" + HexFormat.of().formatHex(sha256(key), 0, 6);
  }

  /** A key of {@link #KEY_BYTES} random bytes. */
  public static LocalKey of(byte[] key, SecureRandom random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key has " + key.length + " bytes; expected " + KEY_BYTES);
    }
    return new LocalKey(key.clone(), random);
  }

  private static byte[] sha256(byte[] key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] wrap(byte[] dataKey, byte[] context) throws GeneralSecurityException {
    return Sealing.seal(key, dataKey, context, random);
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) throws GeneralSecurityException {
    return Sealing.open(key, wrapped, context);
  }

  @Override
  public String toString() {
    return id;
  }
}
