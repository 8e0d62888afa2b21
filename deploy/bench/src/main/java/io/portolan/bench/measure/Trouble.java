package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.LatencyHistogram;
import io.portolan.bench.load.LoadPlan;
import io.portolan.bench.load.PacedLoad;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.IllProcess;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import io.portolan.bench.trouble.IllCommand;
import io.portolan.bench.trouble.IllWay;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the callers of a healthy server notice while another one misbehaves. Both sides have the
 * same calls at the same fixed rate, and the same callers beside them; these call a server that is
 * ill in one turn, and one that is well in the next. Each turn has a p99 of its own; the ratio is
 * that of the medians over the turns of either side, so that a turn in which the machine did
 * something else does not decide.
 */
public record Trouble() implements Measure {
  private static final int CONNECTIONS = 8;
  private static final int CALLS_PER_SECOND = 2_000;
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int PAIRS_MAX = 10;
  private static final int PAIRS_TO_WARM_UP = 5;
  private static final double P99_OVER_WELL_MAX = 1.5;
  private static final int ERRORS_SHOWN_MAX = 3;

  @Override
  public String name() {
    return "trouble";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("Trouble needs a gateway.");
    }
    var directory = Files.createTempDirectory("portolan-bench-ill");
    try (var ill = IllProcess.start(directory)) {
      var servers = ill.servers().and("bench", bench.upstream().at("/mcp"));
      var gateway = bench.distribution().startReady("trouble", servers);
      try {
        ill.beginToBeIll();
        return new Turns(bench, ill, gateway).findings();
      } finally {
        bench.distribution().stop(gateway);
      }
    } finally {
      for (var file : List.of("ill.out", "ill-child.sh")) {
        Files.deleteIfExists(directory.resolve(file));
      }
      Files.deleteIfExists(directory);
    }
  }

  /** All turns of one run. */
  private static final class Turns {
    private final Bench bench;
    private final IllProcess ill;
    private final PortolanProcess gateway;
    private final Target target;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final Set<String> errors = new LinkedHashSet<>();
    private long wrong;

    Turns(Bench bench, IllProcess ill, PortolanProcess gateway)
        throws IOException, BadReplyException {
      this.bench = bench;
      this.ill = ill;
      this.gateway = gateway;
      this.target = Target.at("well", gateway.endpointOf("bench"), gateway.tree(), bench.ids());
    }

    Findings findings()
        throws IOException, InterruptedException, BadReplyException, StartFailedException {
      bench.only(List.of(target)).warmUp(t -> new Work.Echo(t.tools().echo()));
      for (var pair = 0; pair < PAIRS_TO_WARM_UP; pair++) {
        var _ = turn(IllWay.ERRORS.server());
        var _ = turn(IllCommand.WELL);
      }
      for (var way : IllWay.values()) {
        bench.say("trouble, a server that " + words(way));
        measure(way);
      }
      verdicts.addFirst(
          Verdict.atMost("wrong calls beside servers that are ill", (double) wrong, 0));
      var table =
          new Table(
              "A healthy server's calls, %,d a second over %d connections, while another one misbehaves (ill) and does not (well)"
                  .formatted(CALLS_PER_SECOND, CONNECTIONS),
              List.of(
                  "the other server",
                  "calls a side",
                  "p50 us well",
                  "ill",
                  "median p99 us well",
                  "ill",
                  "p99.9 us well",
                  "ill",
                  "p99 ill over well",
                  "CPU well",
                  "ill",
                  "wrong"),
              rows);
      return new Findings(
          List.of(table), verdicts, errors.stream().limit(ERRORS_SHOWN_MAX).toList());
    }

    private void measure(IllWay way)
        throws IOException, InterruptedException, StartFailedException {
      var well = new Side();
      var sick = new Side();
      for (var pair = 0; pair < Math.min(PAIRS_MAX, 2 * bench.extent().rounds()); pair++) {
        // Who comes first alternates, so that what the first leaves behind falls on both.
        for (var side : pair % 2 == 0 ? List.of(sick, well) : List.of(well, sick)) {
          var result = turn(side == sick ? way.server() : IllCommand.WELL);
          side.add(result);
        }
      }
      var ratio = sick.p99.median("") / well.p99.median("");
      rows.add(
          List.of(
              words(way),
              "%,d".formatted(Math.min(well.latency.count(), sick.latency.count())),
              Table.figure(well.latency.micros(0.5)),
              Table.figure(sick.latency.micros(0.5)),
              Table.figure(well.p99.median("")),
              Table.figure(sick.p99.median("")),
              Table.figure(well.latency.micros(0.999)),
              Table.figure(sick.latency.micros(0.999)),
              Table.figure(ratio),
              Table.figure(well.cpu.median("")),
              Table.figure(sick.cpu.median("")),
              Long.toString(well.wrong + sick.wrong)));
      verdicts.add(
          Verdict.atMost(
              "p99 beside a server that " + words(way) + ", over one that is well",
              ratio,
              P99_OVER_WELL_MAX));
      wrong += well.wrong + sick.wrong;
    }

    private PacedLoad.Result turn(String other)
        throws IOException, InterruptedException, StartFailedException {
      var load =
          new LoadPlan(
              target.endpoint(),
              new Work.Echo(target.tools().echo()),
              CONNECTIONS,
              bench.extent().leadIn(),
              WINDOW);
      ill.call(gateway.endpointOf(other));
      try {
        var plan = new PacedLoad.Plan(load, CALLS_PER_SECOND);
        var result = new PacedLoad(plan, target.tree()::cpuMicros, bench.ids()).run();
        errors.addAll(result.errors());
        return result;
      } finally {
        ill.rest();
        bench.distribution().forgetOutput();
      }
    }

    private static String words(IllWay way) {
      return way.server().replace('-', ' ');
    }
  }

  /** What the turns of one side came to, together. */
  private static final class Side {
    private final LatencyHistogram latency = new LatencyHistogram();
    private final Samples p99 = new Samples();
    private final Samples cpu = new Samples();
    private long wrong;

    void add(PacedLoad.Result result) {
      latency.add(result.latency());
      p99.add("", result.latency().micros(0.99));
      cpu.add("", result.cpuShare());
      wrong += result.wrong();
    }
  }
}
