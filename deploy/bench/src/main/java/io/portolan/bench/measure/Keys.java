package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Bearers;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.PortolanProcess.Setup;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.util.List;

/**
 * Whether it matters how many API keys there are, and how many callers: the same calls at a gateway
 * with ten keys, which all call, and at one with 100,000, of which 10,000 call. Each key is a
 * principal of its own.
 */
public record Keys() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final int FEW = 10;
  private static final int MANY = 100_000;
  private static final int CALLING = 10_000;
  private static final String TENANT = "acme";
  private static final String TEN = "10 keys";
  private static final String ALL = "100,000 keys";
  private static final double MANY_OVER_FEW_MAX = 1.3;
  private static final String SETTINGS =
      """
      access-log: stdout
      anonymous-access: off
      quotas:
        - {key: "*", calls-per-second: 900000000, calls-per-day: 900000000}
      """;

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("Keys need a gateway.");
    }
    var setup = new Setup(McpJson.of("recent", bench.upstream().at("/modern/mcp")), SETTINGS);
    var few = bench.distribution().startReady("few-keys", setup);
    try {
      var many = bench.distribution().startReady("many-keys", setup);
      try {
        return measured(bench, few, many);
      } finally {
        bench.distribution().stop(many);
      }
    } finally {
      bench.distribution().stop(few);
    }
  }

  private static List<String> keys(Bench bench, PortolanProcess gateway, int count)
      throws IOException, InterruptedException {
    bench.say("making %,d keys".formatted(count));
    try (var administration = gateway.administration()) {
      administration.tenant(TENANT);
      return administration.keys(TENANT, count);
    }
  }

  private static Findings measured(Bench all, PortolanProcess few, PortolanProcess many)
      throws IOException, InterruptedException, BadReplyException {
    var ofFew = new Work.SignedEcho("echo", Bearers.of(keys(all, few, FEW), CONNECTIONS));
    var calling = keys(all, many, MANY).subList(0, CALLING);
    var ofMany = new Work.SignedEcho("echo", Bearers.of(calling, CONNECTIONS));
    var tools = new Tools("echo", "big", "progress");
    var bench =
        all.only(
            List.of(
                new Target(TEN, few.endpointOf("recent"), tools, few.tree()),
                new Target(ALL, many.endpointOf("recent"), tools, many.tree())));
    bench.warmUp(target -> target.name().equals(TEN) ? ofFew : ofMany);
    var loads =
        Loads.run(
            bench, "call with a key", CONNECTIONS, t -> t.name().equals(TEN) ? ofFew : ofMany);
    var targets = bench.targets();
    var table =
        new Table(
            "tools/call with API keys, quotas and audit, c=%d: ten keys, and %,d of which %,d call"
                .formatted(CONNECTIONS, MANY, CALLING),
            Loads.columns(targets, ""),
            List.of(
                Loads.row(targets, "CPU us/call", t -> loads.cpuMicros.median(t.name())),
                Loads.row(targets, "calls/s", t -> loads.perSecond.median(t.name())),
                Loads.row(targets, "p50 us", t -> loads.p50Micros.median(t.name())),
                Loads.row(targets, "p99 us", t -> loads.p99Micros.median(t.name()))));
    return new Findings(
        List.of(table),
        List.of(
            Verdict.atMost(
                "p50 with 100,000 keys over ten",
                loads.p50Micros.ratio(ALL, TEN),
                MANY_OVER_FEW_MAX),
            Verdict.atMost(
                "p99 with 100,000 keys over ten",
                loads.p99Micros.ratio(ALL, TEN),
                MANY_OVER_FEW_MAX)),
        List.of());
  }
}
