package io.portolan.standalone;

import io.portolan.gateway.core.session.SessionKey;
import io.portolan.standalone.access.SecretFile;
import io.portolan.standalone.config.PortolanConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The secret that session ids are sealed with, in a file of the data directory that nobody but the
 * gateway's user may read. Made at the first start.
 */
final class SessionSecret {
  private static final String NAME = "session-secret";

  private SessionSecret() {}

  /**
   * The key of the secret that is configured, or of the data directory's.
   *
   * @throws IOException when the file can neither be read nor made, is no secret, or is the data
   *     directory's and can be used by others
   */
  static SessionKey of(PortolanConfig config, SecureRandom random) throws IOException {
    var configured = config.sessionSecretFile();
    if (configured != null) {
      return key(configured, Files.readAllBytes(configured)); // its permissions: the operator's
    }
    var file = config.dataDir().resolve(NAME);
    return key(file, SecretFile.readOrMake(file, () -> fresh(random)));
  }

  private static SessionKey key(Path file, byte[] secret) throws IOException {
    if (secret.length < SessionKey.SECRET_BYTES_MIN) {
      throw new IOException(
          file
              + " has "
              + secret.length
              + " bytes; expected a secret of at least "
              + SessionKey.SECRET_BYTES_MIN
              + " random bytes");
    }
    return SessionKey.of(secret);
  }

  private static byte[] fresh(SecureRandom random) {
    var secret = new byte[SessionKey.SECRET_BYTES_MIN];
    random.nextBytes(secret);
    return secret;
  }
}
