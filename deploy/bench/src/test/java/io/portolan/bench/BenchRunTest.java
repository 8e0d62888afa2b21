package io.portolan.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.bench.BenchRun.Request;
import io.portolan.bench.BenchRun.RunningTarget;
import io.portolan.bench.measure.BigResults;
import io.portolan.bench.measure.Calls;
import io.portolan.bench.measure.Churn;
import io.portolan.bench.measure.Extent;
import io.portolan.bench.measure.Extent.Warmup;
import io.portolan.bench.measure.Measure;
import io.portolan.bench.measure.ModernCalls;
import io.portolan.bench.measure.Progress;
import io.portolan.bench.measure.SessionMemory;
import io.portolan.bench.measure.ToolPages;
import io.portolan.bench.measure.WarmStart;
import io.portolan.bench.process.NginxProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Report;
import io.portolan.bench.report.Verdict;
import io.portolan.bench.report.Verdict.Mark;
import io.portolan.bench.upstream.RunningUpstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, as short as they can be, against a stub that keeps the gateway's contract. */
@EnabledOnOs(OS.LINUX)
class BenchRunTest {
  private static final Extent SHORT =
      new Extent(
          1,
          Duration.ofMillis(20),
          Duration.ofMillis(100),
          new Warmup(Duration.ofMillis(50), Duration.ofMillis(50)),
          List.of(1, 16),
          20,
          1);

  @TempDir private Path directory;

  @Test
  void everyMeasureHasItsFigures() throws Exception {
    var report =
        run(
            launcher("StubGateway"),
            List.of(),
            new Calls(),
            new BigResults(),
            new Progress(),
            new Churn(),
            new ModernCalls(),
            new ToolPages(),
            new SessionMemory(),
            new WarmStart());
    assertThat(report.failures()).isEmpty();
    assertThat(report.findings().stream().flatMap(finding -> finding.verdicts().stream()))
        .hasSize(12)
        .filteredOn(verdict -> verdict.mark() == Mark.NOT_MEASURED)
        .extracting(Verdict::what)
        .allMatch(what -> NginxProcess.find().isEmpty() && what.contains("over nginx"));
    assertThat(report.plain())
        .contains("portolan /mcp/s/bench")
        .contains("100 upstreams, 1000 tools")
        .contains("session with an open GET stream")
        .contains("warm start");
    assertThat(report.markdown("Gateway")).contains("- Portolan: stub 1");
  }

  @Test
  void aProcessThatAlreadyRunsIsMeasuredBesideTheOthers() throws Exception {
    try (var other = RunningUpstream.start()) {
      var running = new RunningTarget("other", other.at("/mcp"), ProcessHandle.current().pid());
      var report = run(null, List.of(running), new Calls());
      assertThat(report.failures()).isEmpty();
      assertThat(report.findings().getLast().tables().getFirst().columns()).contains("other");
      assertThat(report.plain()).contains("Portolan was left out");
      assertThat(report.count(Mark.NOT_MEASURED)).isEqualTo(3);
    }
  }

  @Test
  void aGatewayThatDoesNotStartEndsTheRunWithWhatItSaid() throws Exception {
    var broken = launcher("NoSuchClass");
    assertThatThrownBy(() -> run(broken, List.of(), new Calls()))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended with status 1")
        .hasMessageContaining("NoSuchClass");
  }

  private static Report run(
      @Nullable Path launcher, List<RunningTarget> running, Measure... measures) throws Exception {
    var request = new Request(SHORT, List.of(measures), running, launcher, 0);
    return new BenchRun(request, new Circumstances("./portolan bench")).run();
  }

  private Path launcher(String mainClass) throws Exception {
    var script = directory.resolve("portolan");
    var _ =
        Files.writeString(
            script,
            """
            #!/bin/sh
            exec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
              -Dsun.net.httpserver.nodelay=true -cp '%s' 'io.portolan.bench.%s' "$@"
            """
                .formatted(
                    System.getProperty("java.home"),
                    System.getProperty("java.class.path"),
                    mainClass));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }
}
