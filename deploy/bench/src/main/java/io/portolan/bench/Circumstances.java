package io.portolan.bench;

import io.portolan.bench.BenchRun.Request;
import io.portolan.bench.process.NginxProcess;
import io.portolan.bench.report.Report.Circumstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Gathers what the figures of a run depend on. */
final class Circumstances {
  private final String commandLine;
  private final String loadBefore;

  /** Is to be made before the run, because the run is a load itself. */
  Circumstances(String commandLine) throws IOException {
    this.commandLine = commandLine;
    var loads = Path.of("/proc/loadavg");
    loadBefore = Files.isReadable(loads) ? Files.readString(loads).split(" ")[0] : "unknown";
  }

  /** Of the last minute before the run. */
  String loadBefore() {
    return loadBefore;
  }

  List<Circumstance> gathered(Request request) throws IOException, InterruptedException {
    var gathered = new ArrayList<Circumstance>();
    gathered.add(new Circumstance("command", "`" + commandLine + "`"));
    gathered.add(new Circumstance("date", LocalDate.now(ZoneOffset.UTC).toString()));
    gathered.add(new Circumstance("machine", machine()));
    gathered.add(new Circumstance("JDK", Runtime.version().toString()));
    var nginx = NginxProcess.find();
    if (nginx.isPresent()) {
      gathered.add(new Circumstance("nginx", NginxProcess.version(nginx.get())));
    }
    var launcher = request.launcher();
    if (launcher != null) {
      gathered.add(new Circumstance("Portolan", said(List.of(launcher.toString(), "version"))));
      gathered.add(
          new Circumstance(
              "commit",
              said(
                  List.of(
                      "git",
                      "-C",
                      launcher.resolveSibling("").toString(),
                      "describe",
                      "--always",
                      "--dirty"))));
    }
    gathered.add(
        new Circumstance("load average before the run", loadBefore + " (0 is a quiet machine)"));
    var extent = request.extent();
    gathered.add(
        new Circumstance(
            "method",
            "%d rounds of %.1f s for each target in turn after %.0f s of warm-up; medians, ratios"
                    .formatted(
                        extent.rounds(),
                        extent.window().toMillis() / 1e3,
                        extent.warmup().first().toMillis() / 1e3)
                + " taken within a round; every reply's id and content checked; load generator,"
                + " upstream and target share the machine"));
    return gathered;
  }

  private static String machine() throws IOException {
    var model = firstValue(Path.of("/proc/cpuinfo"), "model name").replaceAll("\\s+", " ");
    var memory = firstValue(Path.of("/proc/meminfo"), "MemTotal").replaceAll("[^0-9]", "");
    var gib = memory.isEmpty() ? 0 : Long.parseLong(memory) >> 20;
    return "%s, %d cores, %d GiB, %s %s"
        .formatted(
            model.isEmpty() ? System.getProperty("os.arch") : model,
            Runtime.getRuntime().availableProcessors(),
            gib,
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  private static String firstValue(Path file, String name) throws IOException {
    if (!Files.isReadable(file)) {
      return "";
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  private static String said(List<String> command) throws InterruptedException {
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      var bytes = process.getInputStream().readAllBytes();
      var _ = process.waitFor();
      var lines = new String(bytes, StandardCharsets.UTF_8).strip().lines();
      return lines.findFirst().orElse("unknown");
    } catch (IOException _) {
      return "unknown";
    }
  }
}
