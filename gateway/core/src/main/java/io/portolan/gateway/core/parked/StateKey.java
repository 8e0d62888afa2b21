package io.portolan.gateway.core.parked;

import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that states are sealed with.
 *
 * @param id tells this key from others; not secret
 * @param key 256 bits for AES
 */
public record StateKey(long id, SecretKey key) {
  private static final int KEY_BYTES = 32;

  /** A key that lives as long as the process. */
  public static StateKey random(SecureRandom random) {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return new StateKey(random.nextLong(), new SecretKeySpec(bytes, "AES"));
  }
}
