package io.portolan.e2e.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the checkout is whose distribution is tested. */
public final class Repository {
  private Repository() {}

  /** The nearest folder above the working directory that has the Maven wrapper. */
  public static Path root() {
    for (var dir = Path.of("").toAbsolutePath(); dir != null; dir = dir.getParent()) {
      if (Files.exists(dir.resolve("mvnw"))) {
        return dir;
      }
    }
    throw new AssertionError("the tests run outside the checkout: " + Path.of("").toAbsolutePath());
  }

  /** The jars of the built distribution. */
  public static Path libraries() {
    var lib = root().resolve("deploy/standalone/target/portolan/lib");
    if (!Files.isDirectory(lib)) {
      throw new AssertionError("there is no distribution at " + lib + ": build deploy/standalone");
    }
    return lib;
  }

  /** The program that runs this JVM. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
