package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tests that {@code docs/security-tests.md} names are there. */
class SecurityTestsTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

  @Test
  void everyTestThatTheDocumentNamesIsThere() throws IOException {
    var sources = sources();
    var missing = new ArrayList<String>();
    var found = 0;
    var lines = Files.readAllLines(ROOT.resolve("docs/security-tests.md"));
    for (var line : lines) {
      var named = NAMED.matcher(line);
      while (named.find()) {
        found++;
        var source = sources.get(named.group(1));
        var method = named.group(2);
        if (source == null || (method != null && !source.contains("void " + method + "("))) {
          missing.add(named.group());
        }
      }
    }
    assertThat(found).as("the document was read").isGreaterThan(50);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyAttackHasATestOrAReason() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("docs/security-tests.md")))
        .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| ---"))
        .filteredOn(line -> !line.endsWith("| test |"))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).containsPattern("Test|no such surface"));
  }

  /** The tests' sources by class; of classes with one name, all of them. */
  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    try (var files = Files.walk(ROOT)) {
      var tests =
          files
              .filter(file -> file.toString().endsWith("Test.java"))
              .filter(file -> file.toString().contains("/src/test/"))
              .toList();
      for (var file : tests) {
        var name = file.getFileName().toString().replace(".java", "");
        sources.merge(name, Files.readString(file), String::concat);
      }
    }
    return sources;
  }
}
