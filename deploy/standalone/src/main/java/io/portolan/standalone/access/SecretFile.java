package io.portolan.standalone.access;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/*
 * Written under another name and linked into place, so that of two gateways that start at once on one
 * directory both end up with the same secret, whole.
 */

/** A file that nobody but the gateway's user may read. Made when it is first needed. */
public final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private SecretFile() {}

  /**
   * What is in the file, which is made where there is none.
   *
   * @throws IOException when it can neither be read nor made, or can be used by others
   */
  public static byte[] readOrMake(Path file, Supplier<byte[]> content) throws IOException {
    if (!Files.exists(file)) {
      make(file, content.get());
    }
    return read(file);
  }

  /**
   * What is in the file.
   *
   * @throws IOException when it cannot be read, or can be used by others
   */
  public static byte[] read(Path file) throws IOException {
    checkPermissions(file);
    return Files.readAllBytes(file);
  }

  private static void make(Path file, byte[] content) throws IOException {
    var name = String.valueOf(file.getFileName());
    var fresh = Files.createTempFile(file.getParent(), name, ".new"); // rw------- where it can be
    try {
      Files.write(fresh, content);
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
