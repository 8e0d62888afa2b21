package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a JDK or JRE 17, which Cassandra 5 needs: {@code PORTOLAN_JDK17}, then the folders where
 * systems keep theirs. Newer ones have no security manager, without which it does not start.
 */
public final class Jdk17 {
  private static final List<String> ROOTS =
      List.of(
          "/usr/lib/jvm",
          "/usr/lib64/jvm",
          "/usr/java",
          "/opt",
          "/opt/java",
          "/usr/local",
          "/Library/Java/JavaVirtualMachines");
  private static final List<String> HOME_ROOTS =
      List.of(".sdkman/candidates/java", ".jdks", ".asdf/installs/java", ".gradle/jdks");

  private Jdk17() {}

  /** Its home; empty when there is none. */
  public static Optional<Path> home() {
    var named = System.getenv("PORTOLAN_JDK17");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    return candidates().stream().filter(Jdk17::is17).findFirst();
  }

  private static List<Path> candidates() {
    var roots = new ArrayList<Path>();
    ROOTS.forEach(root -> roots.add(Path.of(root)));
    HOME_ROOTS.forEach(root -> roots.add(Path.of(System.getProperty("user.home"), root)));
    var candidates = new ArrayList<Path>();
    for (var root : roots) {
      if (Files.isDirectory(root)) {
        try (var children = Files.list(root)) {
          children
              .sorted()
              .forEach(
                  child -> {
                    candidates.add(child);
                    candidates.add(child.resolve("Contents/Home"));
                  });
        } catch (IOException _) {
          // A folder that cannot be read has no JDK for us.
        }
      }
    }
    return candidates;
  }

  private static boolean is17(Path home) {
    var release = home.resolve("release");
    if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
      return false;
    }
    try {
      return Files.readString(release).contains("JAVA_VERSION=\"17");
    } catch (IOException _) {
      return false;
    }
  }
}
