package io.portolan.standalone;

import io.portolan.gateway.core.session.SessionKey;
import io.portolan.standalone.config.PortolanConfig;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/*
 * Written under another name and linked into place, so that of two gateways that start at once on one
 * directory both end up with the same secret, whole.
 */

/**
 * The secret that session ids are sealed with, in a file of the data directory that nobody but the
 * gateway's user may read. Made at the first start.
 */
final class SessionSecret {
  private static final String NAME = "session-secret";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

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
      return read(configured); // its permissions are the operator's affair
    }
    var file = config.dataDir().resolve(NAME);
    if (!Files.exists(file)) {
      make(file, random);
    }
    checkPermissions(file);
    return read(file);
  }

  private static SessionKey read(Path file) throws IOException {
    var secret = Files.readAllBytes(file);
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

  private static void make(Path file, SecureRandom random) throws IOException {
    var secret = new byte[SessionKey.SECRET_BYTES_MIN];
    random.nextBytes(secret);
    var fresh = Files.createTempFile(file.getParent(), NAME, ".new"); // rw------- where it can be
    try {
      Files.write(fresh, secret);
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException _) {
      // Another gateway was faster: its secret is the one.
    } catch (UnsupportedOperationException _) {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void checkPermissions(Path file) throws IOException {
    if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return;
    }
    var others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    others.removeAll(OWNER_ONLY);
    others.remove(PosixFilePermission.OWNER_EXECUTE);
    if (!others.isEmpty()) {
      throw new IOException(
          file
              + " can be used by others than its owner; expected the permissions rw------- (0600)");
    }
  }
}
