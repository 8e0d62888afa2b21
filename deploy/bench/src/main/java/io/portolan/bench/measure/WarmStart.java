package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How long after {@code ./portolan up} the first list of tools is there. */
public record WarmStart() implements Measure {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(2);
  private static final String FIRST = "first start";
  private static final String WARM = "warm start";

  @Override
  public String name() {
    return "start";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("warm start: left out, there is no ./portolan");
    }
    var seconds = new Samples();
    var cpu = new Samples();
    for (var start = 0; start <= bench.extent().starts(); start++) {
      bench.say("start %d of %d".formatted(start + 1, bench.extent().starts() + 1));
      var name = start == 0 ? FIRST : WARM;
      var servers = McpJson.of("bench", bench.upstream().at("/mcp"));
      var gateway = bench.distribution().start("start", servers);
      try {
        seconds.add(name, secondsToFirstList(bench, gateway));
        cpu.add(name, gateway.tree().cpuMicros() / 1e6);
        gateway.awaitReady();
      } finally {
        bench.distribution().stop(gateway);
      }
    }
    var table =
        new Table(
            "From starting ./portolan up to the first tools/list, seconds",
            List.of("", "median", "fastest", "slowest", "CPU seconds"),
            List.of(row(FIRST, seconds, cpu), row(WARM, seconds, cpu)));
    return new Findings(
        List.of(table),
        List.of(Verdict.atMost("first tools/list of a warm start, s", seconds.median(WARM), 1.5)),
        List.of());
  }

  private static List<String> row(String name, Samples seconds, Samples cpu) {
    return List.of(
        name,
        Table.figure(seconds.median(name)),
        Table.figure(seconds.min(name)),
        Table.figure(seconds.max(name)),
        Table.figure(cpu.median(name)));
  }

  // A list without the upstream's tools is an answer, but not yet the one a client waits for.
  private static double secondsToFirstList(Bench bench, PortolanProcess gateway)
      throws InterruptedException, BadReplyException, StartFailedException {
    while (System.nanoTime() - gateway.startedNanos() < TIMEOUT.toNanos()) {
      try (var client = McpClient.open(gateway.endpoint(), bench.ids(), TIMEOUT)) {
        while (System.nanoTime() - gateway.startedNanos() < TIMEOUT.toNanos()) {
          if (client.toolNames().contains("bench__echo")) {
            return (System.nanoTime() - gateway.startedNanos()) / 1e9;
          }
          Thread.sleep(POLL);
        }
      } catch (IOException _) {
        Thread.sleep(POLL);
      }
    }
    throw new StartFailedException("no tools were listed within " + TIMEOUT);
  }
}
