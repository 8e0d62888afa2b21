package io.portolan.bench;

import io.portolan.bench.BenchRun.Request;
import io.portolan.bench.BenchRun.RunningTarget;
import io.portolan.bench.measure.Authorised;
import io.portolan.bench.measure.BigResults;
import io.portolan.bench.measure.Bridged;
import io.portolan.bench.measure.Calls;
import io.portolan.bench.measure.Churn;
import io.portolan.bench.measure.Extent;
import io.portolan.bench.measure.Keys;
import io.portolan.bench.measure.Measure;
import io.portolan.bench.measure.ModernCalls;
import io.portolan.bench.measure.Progress;
import io.portolan.bench.measure.SessionMemory;
import io.portolan.bench.measure.Tenants;
import io.portolan.bench.measure.ToolPages;
import io.portolan.bench.measure.Trouble;
import io.portolan.bench.measure.WarmStart;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Report;
import io.portolan.bench.report.Verdict.Mark;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./portolan bench}: what to measure, and what to do with the report.
 *
 * <p>Exit status: 0 when every measure has its figures, whatever they are; 1 when a reply was wrong
 * or a process did not start; 2 for a bad command line; 3 for a missed target, if asked for.
 */
@Command(
    name = "bench",
    description =
        "Measures direct, nginx and Portolan side by side: interleaved rounds, medians, ratios.",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = CommandLine.ExitCode.SOFTWARE)
final class BenchCommand implements Callable<Integer> {
  private static final int MISSED = 3;
  private static final List<Measure> MEASURES =
      List.of(
          new Calls(),
          new BigResults(),
          new Progress(),
          new Churn(),
          new ModernCalls(),
          new Bridged(),
          new Authorised(),
          new Trouble(),
          new Tenants(),
          new Keys(),
          new ToolPages(),
          new SessionMemory(),
          new WarmStart());

  @Option(names = "--quick", description = "Fewer and shorter rounds: about four minutes.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description =
          "Measures to run: calls, big, progress, churn, modern, bridge, authorised, trouble, tenants, keys, list, memory, start.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Write figures, command, machine, versions and date to this Markdown file.")
  private @Nullable Path record;

  @Option(
      names = "--target",
      paramLabel = "NAME=URL,PID",
      description =
          "Also measure a running process whose upstream is the bench's (--upstream-port).")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--upstream-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of the bench's upstream on 127.0.0.1; 0 picks one.")
  private int upstreamPort;

  @Option(
      names = "--portolan",
      paramLabel = "FILE",
      description = "The launcher to measure (default: ./portolan of this checkout).")
  private @Nullable Path portolan;

  @Option(names = "--no-portolan", description = "Leave Portolan out.")
  private boolean withoutPortolan;

  @Option(names = "--strict", description = "Exit with status 3 when a target is missed.")
  private boolean strict;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var request =
        new Request(
            quick ? Extent.QUICK : Extent.FULL,
            chosen(),
            targets.stream().map(this::running).toList(),
            launcher(),
            upstreamPort);
    Report report;
    try {
      report = new BenchRun(request, new Circumstances(commandLine())).run();
    } catch (StartFailedException e) {
      System.out.println("FAILED " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    System.out.println();
    System.out.print(report.plain());
    if (record != null) {
      var folder = record.toAbsolutePath().getParent();
      if (folder != null) {
        var _ = Files.createDirectories(folder);
      }
      var _ = Files.writeString(record, report.markdown("Gateway benchmark"));
      System.out.println("recorded in " + record);
    }
    if (!report.failures().isEmpty()) {
      return CommandLine.ExitCode.SOFTWARE;
    }
    return strict && report.count(Mark.MISSED) > 0 ? MISSED : CommandLine.ExitCode.OK;
  }

  private List<Measure> chosen() {
    for (var name : only) {
      if (MEASURES.stream().noneMatch(measure -> measure.name().equals(name))) {
        throw wrong(
            "--only "
                + name
                + ": expected one of "
                + String.join(", ", MEASURES.stream().map(Measure::name).toList()));
      }
    }
    return MEASURES.stream()
        .filter(measure -> only.isEmpty() || only.contains(measure.name()))
        .toList();
  }

  private RunningTarget running(String text) {
    var name = text.substring(0, Math.max(0, text.indexOf('=')));
    var comma = text.lastIndexOf(',');
    if (name.isEmpty() || comma < name.length() || !text.substring(comma + 1).matches("[0-9]+")) {
      throw wrong("--target " + text + ": expected NAME=URL,PID");
    }
    var endpoint = URI.create(text.substring(name.length() + 1, comma));
    if (!"http".equals(endpoint.getScheme()) || endpoint.getPort() < 0) {
      throw wrong("--target " + text + ": expected http://HOST:PORT/PATH");
    }
    return new RunningTarget(name, endpoint, Long.parseLong(text.substring(comma + 1)));
  }

  private @Nullable Path launcher() {
    if (withoutPortolan) {
      return null;
    }
    if (portolan == null) {
      return PortolanProcess.findLauncher().orElse(null);
    }
    if (!Files.isExecutable(portolan)) {
      throw wrong("--portolan " + portolan + ": not an executable file");
    }
    return portolan.toAbsolutePath();
  }

  private String commandLine() {
    var arguments =
        spec == null ? List.<String>of() : spec.commandLine().getParseResult().originalArgs();
    return "./portolan bench " + String.join(" ", arguments).strip().replaceAll("\\s+", " ");
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
