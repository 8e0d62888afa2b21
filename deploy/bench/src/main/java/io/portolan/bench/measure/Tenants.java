package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Bearers;
import io.portolan.bench.load.LatencyHistogram;
import io.portolan.bench.load.LoadPlan;
import io.portolan.bench.load.PacedLoad;
import io.portolan.bench.load.RefusedCalls;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.PortolanProcess.Setup;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a tenant notices of a neighbour who sends ten times what its quota grants. The tenant's
 * calls come at the same fixed rate in both kinds of turns; beside them the neighbour sends nine
 * calls in ten that are refused in one, and just what it may in the other. Turns alternate, each
 * has a p99 of its own, and the ratio is that of their medians.
 */
public record Tenants() implements Measure {
  private static final int CONNECTIONS = 8;
  private static final int CALLS_PER_SECOND = 1_000;
  private static final int QUOTA = 200;
  private static final int TIMES = 10;
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final int PAIRS_MAX = 10;
  private static final int PAIRS_TO_WARM_UP = 5;
  private static final double P99_OVER_ALONE_MAX = 1.5;
  private static final String SETTINGS =
      """
      access-log: stdout
      anonymous-access: off
      quotas:
        - {tenant: noisy, calls-per-second: %d}
        - {tenant: calm, calls-per-second: 900000000, calls-per-day: 900000000}
      """
          .formatted(QUOTA);

  @Override
  public String name() {
    return "tenants";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("Tenants need a gateway.");
    }
    var servers = McpJson.of("recent", bench.upstream().at("/modern/mcp"));
    var gateway = bench.distribution().startReady("tenants", new Setup(servers, SETTINGS));
    try {
      return new Turns(bench, gateway).findings();
    } finally {
      bench.distribution().stop(gateway);
    }
  }

  /** All turns of one run. */
  private static final class Turns {
    private final Bench bench;
    private final PortolanProcess gateway;
    private final Work calm;
    private final String noisy;
    private final Set<String> errors = new LinkedHashSet<>();

    Turns(Bench bench, PortolanProcess gateway) throws IOException, InterruptedException {
      this.bench = bench;
      this.gateway = gateway;
      try (var administration = gateway.administration()) {
        administration.tenant("calm");
        administration.tenant("noisy");
        var keys = administration.keys("calm", CONNECTIONS);
        this.calm = new Work.SignedEcho("echo", Bearers.of(keys, CONNECTIONS));
        this.noisy = administration.keys("noisy", 1).getFirst();
      }
    }

    Findings findings() throws InterruptedException {
      for (var pair = 0; pair < PAIRS_TO_WARM_UP; pair++) {
        turn(new Side(TIMES));
        turn(new Side(1));
      }
      errors.clear();
      var flooded = new Side(TIMES);
      var quiet = new Side(1);
      for (var pair = 0; pair < Math.min(PAIRS_MAX, 2 * bench.extent().rounds()); pair++) {
        bench.say("tenants, pair " + (pair + 1));
        // Who comes first alternates, so that what the first leaves behind falls on both.
        for (var side : pair % 2 == 0 ? List.of(flooded, quiet) : List.of(quiet, flooded)) {
          turn(side);
        }
      }
      var ratio = flooded.p99.median("") / quiet.p99.median("");
      var table =
          new Table(
              "A tenant's calls, %,d a second over %d connections, beside one with a quota of %d a second"
                  .formatted(CALLS_PER_SECOND, CONNECTIONS, QUOTA),
              List.of(
                  "the neighbour sends",
                  "calls",
                  "wrong",
                  "p50 us",
                  "median p99 us",
                  "CPU",
                  "the neighbour's granted",
                  "refused"),
              List.of(quiet.row("what it may"), flooded.row("ten times as much")));
      return new Findings(
          List.of(table),
          List.of(
              Verdict.atMost("wrong calls beside a flood", (double) flooded.wrong, 0),
              Verdict.atMost(
                  "p99 beside a flood over beside a calm one", ratio, P99_OVER_ALONE_MAX),
              Verdict.atLeast(
                  "share of the flood that is refused",
                  (double) flooded.refused / Math.max(1, flooded.refused + flooded.granted),
                  0.8)),
          new ArrayList<>(errors));
    }

    private void turn(Side side) throws InterruptedException {
      var endpoint = gateway.endpointOf("recent");
      var plan = new LoadPlan(endpoint, calm, CONNECTIONS, bench.extent().leadIn(), WINDOW);
      var neighbour = RefusedCalls.begin(endpoint, noisy, QUOTA * side.times);
      PacedLoad.Result result;
      try {
        var paced = new PacedLoad.Plan(plan, CALLS_PER_SECOND);
        result = new PacedLoad(paced, gateway.tree()::cpuMicros, bench.ids()).run();
      } finally {
        neighbour.stop();
      }
      side.add(result, neighbour);
      errors.addAll(result.errors());
      neighbour.error().ifPresent(errors::add);
      try {
        bench.distribution().forgetOutput();
      } catch (IOException e) {
        errors.add(e.toString());
      }
    }
  }

  /** What the turns of one side came to, together. */
  private static final class Side {
    private final int times;
    private final LatencyHistogram latency = new LatencyHistogram();
    private final Samples p99 = new Samples();
    private final Samples cpu = new Samples();
    private long wrong;
    private long granted;
    private long refused;

    Side(int times) {
      this.times = times;
    }

    void add(PacedLoad.Result result, RefusedCalls neighbour) {
      latency.add(result.latency());
      p99.add("", result.latency().micros(0.99));
      cpu.add("", result.cpuShare());
      wrong += result.wrong();
      granted += neighbour.granted();
      refused += neighbour.refused();
    }

    List<String> row(String name) {
      return List.of(
          name,
          "%,d".formatted(latency.count()),
          Long.toString(wrong),
          Table.figure(latency.micros(0.5)),
          Table.figure(p99.median("")),
          Table.figure(cpu.median("")),
          "%,d".formatted(granted),
          "%,d".formatted(refused));
    }
  }
}
