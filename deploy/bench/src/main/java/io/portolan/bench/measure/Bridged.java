package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What it costs that client and server are of different eras. Four paths through one gateway to one
 * upstream; a bridged one is compared with the path of its client's own era.
 */
public record Bridged() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final String LEGACY = "legacy";
  private static final String MODERN = "modern";
  private static final String MODERN_TO_LEGACY = "modern to legacy";
  private static final String LEGACY_TO_MODERN = "legacy to modern";
  private static final double CPU_OVER_SAME_ERA_MAX = 1.3;

  @Override
  public String name() {
    return "bridge";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("Bridging needs a gateway.");
    }
    var endpoints = new LinkedHashMap<String, URI>();
    endpoints.put("old", bench.upstream().at("/mcp"));
    endpoints.put("recent", bench.upstream().at("/modern/mcp"));
    var gateway = bench.distribution().startReady("bridge", new McpJson(endpoints));
    try {
      return measured(
          bench.only(
              List.of(
                  path(LEGACY, gateway, "old"),
                  path(MODERN, gateway, "recent"),
                  path(MODERN_TO_LEGACY, gateway, "old"),
                  path(LEGACY_TO_MODERN, gateway, "recent"))));
    } finally {
      bench.distribution().stop(gateway);
    }
  }

  private static Target path(String name, PortolanProcess gateway, String server) {
    var tools = new Tools("echo", "big", "progress");
    return new Target(name, gateway.endpointOf(server), tools, gateway.tree());
  }

  private static Work work(Target target) {
    var echo = target.tools().echo();
    return switch (target.name()) {
      case MODERN, MODERN_TO_LEGACY -> new Work.ModernEcho(echo);
      default -> new Work.Echo(echo);
    };
  }

  private static Findings measured(Bench bench) throws IOException, BadReplyException {
    bench.warmUp(Bridged::work);
    var loads = Loads.run(bench, "bridged call", CONNECTIONS, Bridged::work);
    var targets = bench.targets();
    var table =
        new Table(
            "tools/call between eras, c=" + CONNECTIONS,
            Loads.columns(targets, ""),
            List.of(
                Loads.row(targets, "CPU us/call", t -> loads.cpuMicros.median(t.name())),
                Loads.row(targets, "calls/s", t -> loads.perSecond.median(t.name())),
                Loads.row(targets, "p50 us", t -> loads.p50Micros.median(t.name())),
                Loads.row(targets, "p99 us", t -> loads.p99Micros.median(t.name()))));
    return new Findings(
        List.of(table),
        List.of(verdict(loads, MODERN_TO_LEGACY, MODERN), verdict(loads, LEGACY_TO_MODERN, LEGACY)),
        List.of());
  }

  private static Verdict verdict(Loads loads, String bridged, String sameEra) {
    return Verdict.atMost(
        "CPU per call " + bridged + " over " + sameEra,
        loads.cpuMicros.ratio(bridged, sameEra),
        CPU_OVER_SAME_ERA_MAX);
  }
}
