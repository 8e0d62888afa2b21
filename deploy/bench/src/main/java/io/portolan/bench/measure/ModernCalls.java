package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import java.io.IOException;
import java.util.ArrayList;

/** What a small {@code tools/call} costs in the modern era, where there is no session. */
public record ModernCalls() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final String PATH = "/modern/mcp";

  @Override
  public String name() {
    return "modern";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    var targets = new ArrayList<Target>();
    for (var target : bench.targets()) {
      switch (target.name()) {
        case Target.DIRECT, Target.NGINX ->
            targets.add(
                new Target(
                    target.name(), target.endpoint().resolve(PATH), target.tools(), target.tree()));
        default -> {}
      }
    }
    if (!bench.distribution().present()) {
      return measured(bench.only(targets));
    }
    var gateway =
        bench.distribution().startReady("modern", McpJson.of("bench", bench.upstream().at(PATH)));
    try {
      var federated = new Tools("bench__echo", "bench__big", "bench__progress");
      var own = new Tools("echo", "big", "progress");
      targets.add(new Target(Target.PORTOLAN, gateway.endpoint(), federated, gateway.tree()));
      targets.add(
          new Target(Target.PORTOLAN_SERVER, gateway.endpointOf("bench"), own, gateway.tree()));
      return measured(bench.only(targets));
    } finally {
      bench.distribution().stop(gateway);
    }
  }

  private static Findings measured(Bench bench) throws IOException, BadReplyException {
    bench.warmUp(target -> new Work.ModernEcho(target.tools().echo()));
    var loads =
        Loads.run(bench, "modern call", CONNECTIONS, t -> new Work.ModernEcho(t.tools().echo()));
    return Findings.of(
        new Table(
            "tools/call in the modern era (2026-07-28), c=" + CONNECTIONS,
            Loads.columns(bench.targets(), ""),
            loads.rows("", "call")));
  }
}
