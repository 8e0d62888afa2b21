package io.portolan.bench;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.measure.Bench;
import io.portolan.bench.measure.Extent;
import io.portolan.bench.measure.Measure;
import io.portolan.bench.measure.Target;
import io.portolan.bench.process.Distribution;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.NginxProcess;
import io.portolan.bench.process.ProcessTree;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.process.UpstreamProcess;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run: starts what is measured, asks each measure, stops everything. */
final class BenchRun {
  private final Request request;
  private final Circumstances circumstances;
  private final long started = System.nanoTime();

  /**
   * What is asked for.
   *
   * @param extent how much is measured
   * @param measures which, in order
   * @param running processes that somebody else started
   * @param launcher of Portolan; null leaves it out
   * @param upstreamPort 0 picks one
   */
  record Request(
      Extent extent,
      List<Measure> measures,
      List<RunningTarget> running,
      @Nullable Path launcher,
      int upstreamPort) {}

  /** A process that somebody else started, and where it listens. */
  record RunningTarget(String name, URI endpoint, long pid) {}

  BenchRun(Request request, Circumstances circumstances) {
    this.request = request;
    this.circumstances = circumstances;
  }

  Report run() throws IOException, InterruptedException, StartFailedException {
    say("load average before the run: " + circumstances.loadBefore());
    var directory = Files.createTempDirectory("portolan-bench");
    try (var upstream = UpstreamProcess.start(request.upstreamPort(), directory);
        var distribution = new Distribution(request.launcher(), directory);
        var nginx = nginx(upstream, directory)) {
      var bench = new Bench(request.extent(), upstream, distribution, this::say);
      return report(bench, nginx);
    } finally {
      delete(directory);
    }
  }

  private static @Nullable NginxProcess nginx(UpstreamProcess upstream, Path directory)
      throws IOException, InterruptedException, StartFailedException {
    var program = NginxProcess.find();
    return program.isPresent()
        ? NginxProcess.start(program.get(), upstream.port(), directory)
        : null;
  }

  private Report report(Bench bench, @Nullable NginxProcess nginx)
      throws IOException, InterruptedException, StartFailedException {
    var findings = new ArrayList<Findings>();
    var failures = new ArrayList<String>();
    try {
      addTargets(bench, nginx, findings);
    } catch (BadReplyException e) {
      throw new StartFailedException("a target does not answer as it should: " + e.getMessage());
    }
    for (var measure : request.measures()) {
      try {
        findings.add(measure.run(bench));
      } catch (BadReplyException | StartFailedException | IOException e) {
        say("FAILED " + measure.name() + ": " + e.getMessage());
        failures.add(measure.name() + ": " + e);
      }
    }
    return new Report(circumstances.gathered(request), findings, failures);
  }

  private void addTargets(Bench bench, @Nullable NginxProcess nginx, List<Findings> findings)
      throws IOException, InterruptedException, StartFailedException, BadReplyException {
    var _ = bench.add(Target.DIRECT, bench.upstream().at("/mcp"), ProcessTree.none());
    if (nginx == null) {
      say(NginxProcess.INSTALL_HINT);
      findings.add(Findings.skipped(NginxProcess.INSTALL_HINT));
    } else {
      var _ = bench.add(Target.NGINX, nginx.at("/mcp"), nginx.tree());
    }
    if (bench.distribution().present()) {
      say("starting Portolan");
      var servers = McpJson.of("bench", bench.upstream().at("/mcp"));
      var gateway = bench.distribution().startReady("portolan", servers);
      var _ = bench.add(Target.PORTOLAN, gateway.endpoint(), gateway.tree());
      var _ = bench.add(Target.PORTOLAN_SERVER, gateway.endpointOf("bench"), gateway.tree());
    } else {
      say("Portolan is left out");
      findings.add(Findings.skipped("Portolan was left out of this run."));
    }
    for (var running : request.running()) {
      var _ = bench.add(running.name(), running.endpoint(), ProcessTree.of(running.pid()));
    }
  }

  private void say(String line) {
    var seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
    System.out.printf("[%3d s] %s%n", seconds, line);
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        var _ = Files.deleteIfExists(path);
      }
    }
  }
}
