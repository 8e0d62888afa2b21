package io.portolan.standalone.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What the API asks for: a secret in a file of the data directory, so that who may read the
 * gateway's files may manage its keys, and nobody else.
 */
final class AdminKey {
  static final String FILE = "admin-key";
  private static final String PREFIX = "pta_";
  private static final int BYTES = 32;

  private final byte[] expected;

  private AdminKey(String key) {
    this.expected = ("Bearer " + key).getBytes(StandardCharsets.US_ASCII);
  }

  /** The data directory's; made where there is none. */
  static AdminKey of(Path dataDir, SecureRandom random) throws IOException {
    var made =
        SecretFile.readOrMake(
            dataDir.resolve(FILE),
            () -> {
              var secret = new byte[BYTES];
              random.nextBytes(secret);
              var text = PREFIX + HexFormat.of().formatHex(secret) + "\n";
              return text.getBytes(StandardCharsets.US_ASCII);
            });
    return new AdminKey(text(dataDir, made));
  }

  /** The key in the data directory of a gateway that runs. */
  static String text(Path dataDir) throws IOException {
    return text(dataDir, SecretFile.read(dataDir.resolve(FILE)));
  }

  private static String text(Path dataDir, byte[] content) throws IOException {
    var text = new String(content, StandardCharsets.US_ASCII).strip();
    if (!text.matches(PREFIX + "[0-9a-f]{" + 2 * BYTES + "}")) {
      throw new IOException(dataDir.resolve(FILE) + " holds no admin key; delete it and restart");
    }
    return text;
  }

  /** Whether a request shows it. */
  boolean isShown(@Nullable String authorization) {
    return authorization != null
        && MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
  }
}
