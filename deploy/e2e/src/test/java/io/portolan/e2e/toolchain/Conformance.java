package io.portolan.e2e.toolchain;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.ObjectMapper;

/** Runs of the official conformance suite, and what each found, check by check. */
public final class Conformance {
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  /** What a run found in each scenario, and its exit code. */
  public record Run(int exitCode, Map<String, Scenario> scenarios, String output) {
    public int passed() {
      return scenarios.values().stream().mapToInt(s -> s.passed().size()).sum();
    }

    public int failed() {
      return scenarios.values().stream().mapToInt(s -> s.failed().size()).sum();
    }
  }

  /** The ids of the checks that passed, and of those that did not with their reasons. */
  public record Scenario(List<String> passed, List<String> failed) {}

  private final Node node;
  private final String revision;

  public Conformance(Node node, String revision) {
    this.node = node;
    this.revision = revision;
  }

  /** The server scenarios that the revision requires. */
  public Set<String> required() throws IOException, InterruptedException {
    var listing =
        Command.output(
            Path.of("."), PATIENCE, node.conformance("list", "--requirements", revision));
    var server = listing.substring(listing.indexOf("Server scenarios"));
    var end = server.indexOf("Client scenarios");
    var names = new LinkedHashSet<String>();
    for (var line : (end < 0 ? server : server.substring(0, end)).lines().toList()) {
      if (line.strip().startsWith("- ")) {
        names.add(line.strip().substring(2).strip());
      }
    }
    return names;
  }

  /** Runs every server scenario of the revision against an endpoint. */
  public Run run(URI endpoint, Path out) throws IOException, InterruptedException {
    Files.createDirectories(out);
    var outcome =
        Command.run(
            out,
            PATIENCE,
            node.conformance(
                "server",
                "--url",
                endpoint.toString(),
                "--requirements",
                revision,
                "-o",
                out.toString()));
    var scenarios = new TreeMap<String, Scenario>();
    try (var folders = Files.newDirectoryStream(out, "server-*")) {
      for (var folder : folders) {
        var name = folder.getFileName().toString().replaceFirst("-\\d{4}-\\d\\d-\\d\\dT.*", "");
        scenarios.put(name.substring("server-".length()), read(folder.resolve("checks.json")));
      }
    }
    return new Run(outcome.exitCode(), scenarios, outcome.output());
  }

  private static Scenario read(Path checks) throws IOException {
    var passed = new ArrayList<String>();
    var failed = new ArrayList<String>();
    for (var check : new ObjectMapper().readTree(Files.readAllBytes(checks))) {
      var id = check.path("id").asString();
      switch (check.path("status").asString()) {
        case "SUCCESS" -> passed.add(id);
        case "FAILURE" -> failed.add(id + ": " + check.path("errorMessage").asString(""));
        default -> {} // information and warnings are not scored
      }
    }
    return new Scenario(List.copyOf(passed), List.copyOf(failed));
  }
}
