package io.portolan.standalone.servers;

import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the file that VS Code and Cursor name with {@code envFile}: {@code NAME=value} lines,
 * {@code #} comments, an optional {@code export}, quotes around a value taken off.
 */
final class EnvFile {
  private EnvFile() {}

  static Map<String, String> read(Path file, Place namedAt, Findings findings) {
    var pairs = new LinkedHashMap<String, String>();
    try {
      var number = 0;
      for (var line : Files.readAllLines(file)) {
        number++;
        add(line.strip(), new Place(file, number, 1), pairs, findings);
      }
    } catch (IOException e) {
      findings.problem(
          namedAt,
          "cannot read the envFile " + file + ": " + e.getClass().getSimpleName(),
          "the path of a UTF-8 file with NAME=value lines");
    }
    return pairs;
  }

  private static void add(String line, Place at, Map<String, String> pairs, Findings findings) {
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    var pair = line.startsWith("export ") ? line.substring("export ".length()).strip() : line;
    var equals = pair.indexOf('=');
    if (equals < 1) {
      // The line may hold a secret: it is not repeated.
      findings.problem(at, "this line of an envFile has no name", "NAME=value");
      return;
    }
    pairs.put(pair.substring(0, equals).strip(), unquoted(pair.substring(equals + 1).strip()));
  }

  private static String unquoted(String value) {
    var quoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
