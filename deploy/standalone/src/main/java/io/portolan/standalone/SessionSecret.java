package io.portolan.standalone;

import io.portolan.gateway.core.session.SessionKey;
import io.portolan.standalone.config.PortolanConfig;
import java.io.IOException;
import java.security.SecureRandom;

/** The secret that session ids are sealed with. */
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
    var secret =
        configured == null
            ? SecretFile.in(config.dataDir(), NAME, SessionKey.SECRET_BYTES_MIN, random)
            : SecretFile.read(configured, SessionKey.SECRET_BYTES_MIN);
    return SessionKey.of(secret);
  }
}
