package io.portolan.e2e.toolchain;

import static org.junit.jupiter.api.Assumptions.abort;

import io.portolan.e2e.process.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A folder of fetched tools whose name is the digest of its pins: a changed pin makes a new one,
 * and a folder that says it is complete is never touched again.
 */
public final class Toolchain {
  /** Fills an empty folder. */
  interface Fetch {
    void into(Path dir) throws IOException, InterruptedException;
  }

  private static final String COMPLETE = ".complete";

  private Toolchain() {}

  /** The folder of pins in the sources. */
  static Path pins() {
    return Repository.root().resolve("deploy/e2e/src/test/toolchain");
  }

  /**
   * The folder filled by {@code fetch}, from the cache when it is there. When it cannot be fetched,
   * the test that asks is skipped with the reason and what to install.
   */
  static Path folder(String kind, String remedy, List<Path> pinned, Fetch fetch) {
    try {
      return cached(kind, pinned, fetch);
    } catch (IOException e) {
      System.out.println("SKIPPED: " + kind + " cannot be had: " + e.getMessage());
      System.out.println("         " + remedy);
      return abort(kind + " cannot be had: " + e.getMessage() + "; " + remedy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while fetching " + kind, e);
    }
  }

  private static Path cached(String kind, List<Path> pinned, Fetch fetch)
      throws IOException, InterruptedException {
    var dir = Files.createDirectories(cache()).resolve(kind + "-" + digest(pinned));
    // Another build on this machine may be fetching the same: the lock is held by one of them.
    try (var lockFile =
            FileChannel.open(
                cache().resolve(dir.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var _ = lockFile.lock()) {
      if (!Files.exists(dir.resolve(COMPLETE))) {
        delete(dir);
        Files.createDirectories(dir);
        fetch.into(dir);
        Files.createFile(dir.resolve(COMPLETE));
      }
      return dir;
    }
  }

  private static Path cache() {
    var home = System.getenv("XDG_CACHE_HOME");
    return (home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(home))
        .resolve("portolan-e2e");
  }

  /** A pin that cannot be read is a fault of the checkout and no reason to skip anything. */
  private static String digest(List<Path> files) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var file : files) {
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void delete(Path dir) throws IOException {
    if (!Files.exists(dir)) {
      return;
    }
    try (var all = Files.walk(dir)) {
      for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
