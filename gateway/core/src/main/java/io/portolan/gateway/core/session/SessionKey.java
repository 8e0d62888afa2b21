package io.portolan.gateway.core.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The key that session ids are sealed with: AES-256, derived once from a secret that all instances
 * share that are to serve each other's sessions. The same secret gives a key for ids of tasks.
 * Immutable.
 */
public final class SessionKey {
  /** A secret has at least so many bytes. */
  public static final int SECRET_BYTES_MIN = 32;

  private static final byte[] PURPOSE =
      "portolan session id v1".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] TASK_PURPOSE =
      "portolan task id v1".getBytes(StandardCharsets.US_ASCII);

  private final SecretKey key;
  private final SecretKey taskKey;

  private SessionKey(SecretKey key, SecretKey taskKey) {
    this.key = key;
    this.taskKey = taskKey;
  }

  /**
   * The key of a secret.
   *
   * @throws IllegalArgumentException when the secret is shorter than {@link #SECRET_BYTES_MIN}
   */
  public static SessionKey of(byte[] secret) {
    if (secret.length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "a session secret needs " + SECRET_BYTES_MIN + " bytes, has " + secret.length);
    }
    return new SessionKey(
        derived(secret, PURPOSE, "AES"), derived(secret, TASK_PURPOSE, "Generic"));
  }

  private static SecretKey derived(byte[] secret, byte[] purpose, String algorithm) {
    try {
      var parameters = HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(purpose, 32);
      return KDF.getInstance("HKDF-SHA256").deriveKey(algorithm, parameters);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM has no HKDF-SHA256", e);
    }
  }

  /** A key that nobody else has: its sessions end with the process. */
  public static SessionKey random(SecureRandom random) {
    var secret = new byte[SECRET_BYTES_MIN];
    random.nextBytes(secret);
    return of(secret);
  }

  SecretKey key() {
    return key;
  }

  SecretKey taskKey() {
    return taskKey;
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "SessionKey[]";
  }
}
