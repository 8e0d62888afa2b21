package io.portolan.gateway.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files under {@code src/test/resources}. */
final class Corpus {
  private static final Path ROOT =
      Path.of(System.getProperty("basedir", ""), "src", "test", "resources");

  private Corpus() {}

  /** A folder of test files. */
  static Path folder(String name) {
    return ROOT.resolve(name);
  }

  /** The files of a folder whose names end with {@code suffix}, sorted. */
  static List<Path> files(String folder, String suffix) {
    try (var files = Files.list(folder(folder))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is in a file. */
  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
