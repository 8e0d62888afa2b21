package io.portolan.standalone;

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
 * A secret in a file of the data directory that nobody but the gateway's user may read. Made when
 * it is first needed.
 */
final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private SecretFile() {}

  /**
   * The bytes of the secret {@code name}, at least {@code bytesMin} of them.
   *
   * @throws IOException when the file can neither be read nor made, is no secret, or can be used by
   *     others
   */
  static byte[] in(Path dataDir, String name, int bytesMin, SecureRandom random)
      throws IOException {
    var file = dataDir.resolve(name);
    if (!Files.exists(file)) {
      make(file, bytesMin, random);
    }
    checkPermissions(file);
    return read(file, bytesMin);
  }

  /** The bytes of a secret that an operator keeps, with the permissions it has. */
  static byte[] read(Path file, int bytesMin) throws IOException {
    var secret = Files.readAllBytes(file);
    if (secret.length < bytesMin) {
      throw new IOException(
          file
              + " has "
              + secret.length
              + " bytes; expected a secret of at least "
              + bytesMin
              + " random bytes");
    }
    return secret;
  }

  private static void make(Path file, int bytes, SecureRandom random) throws IOException {
    var secret = new byte[bytes];
    random.nextBytes(secret);
    // rw------- where it can be
    var fresh = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new");
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
