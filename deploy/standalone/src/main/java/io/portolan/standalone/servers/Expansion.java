package io.portolan.standalone.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the references that IDEs allow in an {@code mcp.json}: {@code ${NAME}}, {@code
 * ${env:NAME}}, {@code ${NAME:-default}}, {@code ${userHome}}, {@code ${workspaceFolder}}, {@code
 * ${workspaceFolderBasename}}, {@code ${pathSeparator}} and {@code ${/}}. Other text, a dollar sign
 * among it, stays as it is.
 */
final class Expansion {
  /**
   * The text with its references replaced.
   *
   * @param failures what could not be replaced, as sentences without an end; empty when all was
   */
  record Expanded(String text, List<String> failures) {}

  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$\\{(?:(env|input|command|config):)?([A-Za-z_][A-Za-z0-9_.-]*|/)(?::-([^}]*))?}");

  private final Surroundings surroundings;
  private final Map<String, String> places;

  /**
   * @param workspace the folder that {@code ${workspaceFolder}} stands for
   */
  Expansion(Surroundings surroundings, Path workspace) {
    this.surroundings = surroundings;
    var separator = workspace.getFileSystem().getSeparator();
    this.places =
        Map.of(
            "userHome", surroundings.home().toString(),
            "workspaceFolder", workspace.toString(),
            "workspaceFolderBasename", String.valueOf(workspace.getFileName()),
            "pathSeparator", separator,
            "/", separator);
  }

  /** The folder a file belongs to: above {@code .vscode} and its like, else the one it is in. */
  static Path workspaceOf(Path file) {
    var folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      return file.toAbsolutePath();
    }
    var parent = folder.getParent();
    var name = String.valueOf(folder.getFileName());
    return parent != null && name.startsWith(".") ? parent : folder;
  }

  Expanded expand(String text) {
    if (!text.contains("${")) {
      return new Expanded(text, List.of());
    }
    var failures = new ArrayList<String>();
    var out = new StringBuilder();
    var matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      var value =
          value(matcher.group(), matcher.group(1), matcher.group(2), matcher.group(3), failures);
      matcher.appendReplacement(out, "");
      out.append(value);
    }
    matcher.appendTail(out);
    return new Expanded(out.toString(), List.copyOf(failures));
  }

  private String value(
      String reference,
      @Nullable String kind,
      String name,
      @Nullable String fallback,
      List<String> failures) {
    if (kind != null && !kind.equals("env")) {
      failures.add(reference + " is filled in by the IDE and has no value here");
      return "";
    }
    return kind == null && places.containsKey(name)
        ? places.get(name)
        : variable(name, fallback, failures);
  }

  private String variable(String name, @Nullable String fallback, List<String> failures) {
    var set = surroundings.variable(name);
    if (set.isPresent() || fallback != null) {
      return set.orElse(fallback == null ? "" : fallback);
    }
    if (surroundings.variables().containsKey(name)) {
      return ""; // set, and empty on purpose
    }
    failures.add("the environment variable " + name + " is not set");
    return "";
  }
}
