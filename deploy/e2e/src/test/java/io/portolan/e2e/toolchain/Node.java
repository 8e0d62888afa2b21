package io.portolan.e2e.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A Node of 22 or newer and the pinned npm packages: the conformance suite, real clients and
 * servers.
 */
public final class Node {
  private static final String REMEDY =
      "install npm (it comes with Node.js) and let it reach its registry once";
  private static final List<String> NPM =
      List.of("npm", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\..*");
  private static final int MAJOR_MIN = 22;
  private static final int MINOR_MIN = 19; // of that major: the inspector needs it
  private static final String VERSION = "22.23.3";

  private final Path program;
  private final Path packages;

  private Node(Path program, Path packages) {
    this.program = program;
    this.packages = packages;
  }

  /** Skips the calling test, visibly, when there is no npm or it cannot fetch. */
  public static Node orSkip() {
    var folder = fetched("npm", Toolchain.pins(), Node::fetch);
    return new Node(program(folder), scope(folder));
  }

  /** The same with the MCP inspector, which few tests need and is large. */
  public static Node withInspectorOrSkip() {
    return orSkip().withPins("inspector");
  }

  /** The same with the server that the Java SDK's abstract tests are written for. */
  public static Node withServerOfSdkTestsOrSkip() {
    return orSkip().withPins("sdk-everything");
  }

  private Node withPins(String name) {
    var pins = Toolchain.pins().resolve(name);
    return new Node(program, scope(fetched("npm-" + name, pins, dir -> packages(dir, pins))));
  }

  private static Path fetched(String kind, Path pins, Toolchain.Fetch fetch) {
    var pinned = List.of(pins.resolve("package.json"), pins.resolve("package-lock.json"));
    return Toolchain.folder(kind, REMEDY, pinned, fetch);
  }

  private static Path scope(Path folder) {
    return folder.resolve("node_modules/@modelcontextprotocol");
  }

  /** The command line of a server among the packages, for example "server-memory". */
  public List<String> server(String name, String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add(packages.resolve(name).resolve("dist/index.js").toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  /** The command line of a script of the tests, whose first argument is where the packages are. */
  public List<String> script(Path script, String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add(script.toString());
    command.add(String.valueOf(packages.getParent()));
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  /** The command line of the official conformance suite. */
  public List<String> conformance(String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add(packages.resolve("conformance/dist/index.js").toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  private static void fetch(Path dir) throws IOException, InterruptedException {
    if (!recentEnough("node")) {
      var name = "node-" + platform() + "@" + VERSION;
      Files.createDirectories(dir.resolve("runtime"));
      Command.output(dir.resolve("runtime"), PATIENCE, plus(NPM, "install", name));
    }
    packages(dir, Toolchain.pins());
  }

  private static void packages(Path dir, Path pins) throws IOException, InterruptedException {
    for (var pin : List.of("package.json", "package-lock.json")) {
      Files.copy(pins.resolve(pin), dir.resolve(pin));
    }
    Command.output(dir, PATIENCE, plus(NPM, "ci"));
  }

  private static Path program(Path folder) {
    var fetched = folder.resolve("runtime/node_modules/node-" + platform() + "/bin/node");
    return Files.exists(fetched) ? fetched : Path.of("node");
  }

  private static boolean recentEnough(String node) throws InterruptedException {
    try {
      var version =
          Command.output(Path.of("."), Duration.ofSeconds(20), List.of(node, "--version"));
      var parts = NODE_VERSION.matcher(version);
      if (!parts.matches()) {
        return false;
      }
      var major = Integer.parseInt(parts.group(1));
      return major > MAJOR_MIN
          || (major == MAJOR_MIN && Integer.parseInt(parts.group(2)) >= MINOR_MIN);
    } catch (IOException _) {
      return false; // there is none
    }
  }

  private static String platform() {
    var mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    var arm = System.getProperty("os.arch").equals("aarch64");
    return mac ? (arm ? "bin-darwin-arm64" : "darwin-x64") : (arm ? "linux-arm64" : "linux-x64");
  }

  private static List<String> plus(List<String> command, String... more) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }
}
