package io.portolan.standalone.upstream;

import java.security.SecureRandom;
import java.util.Base64;

/** Words that cannot be guessed. */
final class Words {
  private static final int BYTES = 32;

  private Words() {}

  /** A word of 256 random bits. */
  static String random(SecureRandom random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
