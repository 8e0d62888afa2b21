package io.portolan.e2e;

import io.portolan.e2e.process.Repository;
import io.portolan.e2e.toolchain.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a client's script saw of each feature at each of its stops. */
record Tour(Map<String, Map<String, String>> seen, String output) {
  /** Every wait of a script has a deadline of its own; this only ends one that hangs. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  /** An endpoint, and the server whose names are toured there; "" at the server's own endpoint. */
  record Stop(String name, URI endpoint, String server) {}

  /** The stops as the last arguments of a script. */
  static String[] arguments(List<Stop> stops, String... first) {
    var arguments = new ArrayList<>(List.of(first));
    for (var stop : stops) {
      arguments.addAll(List.of(stop.name(), stop.endpoint().toString(), stop.server()));
    }
    return arguments.toArray(String[]::new);
  }

  static Path script(String name) {
    return Repository.root().resolve("deploy/e2e/src/test/resources/tours").resolve(name);
  }

  /** Runs a script that prints {@code <stop>\t<feature>\t<seen>} for each feature it tried. */
  static Tour by(Path dir, List<String> command) throws IOException, InterruptedException {
    var output = Command.output(dir, PATIENCE, command);
    var seen = new TreeMap<String, Map<String, String>>();
    for (var line : output.lines().toList()) {
      var parts = line.split("\t", 3);
      if (parts.length == 3) { // anything else is a warning of the runtime
        seen.computeIfAbsent(parts[0], _ -> new LinkedHashMap<>()).put(parts[1], parts[2]);
      }
    }
    return new Tour(seen, output);
  }
}
