package io.portolan.tenancy.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * A file system in memory of a few megabytes. Making one needs root: whoever is not sees the test
 * skipped, and why.
 */
record SmallDisk(Path path) implements AutoCloseable {
  static SmallDisk of(Path directory, String options) throws IOException {
    var path = Files.createDirectory(directory.resolve("disk"));
    if (run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()) != 0) {
      System.out.println(
          "SKIPPED: a test with a small disk\n  it mounts one, which needs root on Linux");
      throw new TestAbortedException("no small disk can be mounted");
    }
    return new SmallDisk(path);
  }

  void makeReadOnly() throws IOException {
    remount("remount,ro");
  }

  void makeWritable() throws IOException {
    remount("remount,rw");
  }

  private void remount(String options) throws IOException {
    if (run("mount", "-o", options, path.toString()) != 0) {
      throw new IOException("mount -o " + options + " " + path);
    }
  }

  /** Writes a file until the disk is full. */
  static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[512]);
      }
    } catch (IOException _) {
      // Full, as was wanted.
    }
  }

  private static int run(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .onExit()
          .join()
          .exitValue();
    } catch (IOException _) {
      return -1; // There is no such program here.
    }
  }

  @Override
  public void close() {
    run("umount", "-l", path.toString());
  }
}
