package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.ProcessTree;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Whether {@code tools/list} costs more when the tools come from many upstreams.
 *
 * <p>A hundred upstreams of ten tools are compared with one that has the same thousand tools, so
 * that the pages are of one size, and with one that has ten, whose list is shorter.
 */
public record ToolPages() implements Measure {
  private static final int UPSTREAMS = 100;
  private static final int TOOLS_EACH = 10;
  private static final String ONE = "1 upstream, 10 tools";
  private static final String ONE_WIDE = "1 upstream, 1000 tools";
  private static final String MANY = "100 upstreams, 1000 tools";
  private static final String DIRECT_WIDE = "direct, 1000 tools";
  private static final Tools NONE = new Tools("", "", "");

  @Override
  public String name() {
    return "list";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("tools/list over many upstreams: left out, there is no ./portolan");
    }
    var distribution = bench.distribution();
    var wide = bench.upstream().at("/t/" + UPSTREAMS * TOOLS_EACH + "/mcp");
    bench.say("starting gateways over 1 and over " + UPSTREAMS + " upstreams");
    var one = distribution.startReady("list-1", McpJson.of("u1", bench.upstream().at("/u/1/mcp")));
    var oneWide = distribution.startReady("list-wide", McpJson.of("wide", wide));
    var many = distribution.startReady("list-100", many(bench));
    try {
      var targets =
          List.of(
              target(DIRECT_WIDE, wide),
              target(ONE, one.endpoint()),
              target(ONE_WIDE, oneWide.endpoint()),
              target(MANY, many.endpoint()));
      return measured(bench.only(targets));
    } finally {
      distribution.stop(one);
      distribution.stop(oneWide);
      distribution.stop(many);
    }
  }

  private static Findings measured(Bench bench) throws IOException, BadReplyException {
    var tools = new Samples();
    var kib = new Samples();
    for (var target : bench.targets()) {
      try (var client = McpClient.open(target.endpoint(), bench.ids(), Duration.ofSeconds(10))) {
        tools.add(target.name(), client.toolNames().size());
        kib.add(target.name(), client.firstPage().length() / 1024.0);
        client.endSession();
      }
    }
    bench.warmUp(_ -> new Work.ListTools());
    var loads = Loads.run(bench, "tools/list", 1, _ -> new Work.ListTools());
    var targets = bench.targets();
    var rows = new ArrayList<List<String>>();
    rows.add(Loads.row(targets, "tools on all pages", t -> tools.median(t.name())));
    rows.add(Loads.row(targets, "first page KiB", t -> kib.median(t.name())));
    rows.add(Loads.row(targets, "first page p50 us", t -> loads.p50Micros.median(t.name())));
    rows.add(Loads.row(targets, "first page p99 us", t -> loads.p99Micros.median(t.name())));
    rows.add(Loads.row(targets, "p50 over 1 upstream", t -> loads.p50Micros.ratio(t.name(), ONE)));
    rows.add(
        Loads.row(
            targets,
            "p50 over 1 upstream, same tools",
            t -> loads.p50Micros.ratio(t.name(), ONE_WIDE)));
    var verdicts = new ArrayList<Verdict>();
    verdicts.add(
        Verdict.atLeast(
            "tools listed over 100 upstreams", tools.median(MANY), UPSTREAMS * TOOLS_EACH));
    verdicts.add(
        Verdict.atMost(
            "tools/list over 100 upstreams against 1, p50, as many tools",
            loads.p50Micros.ratio(MANY, ONE_WIDE),
            2));
    return new Findings(
        List.of(new Table("tools/list, first page, c=1", Loads.columns(targets, ""), rows)),
        verdicts,
        List.of());
  }

  private static Target target(String name, URI endpoint) {
    return new Target(name, endpoint, NONE, ProcessTree.none());
  }

  private static McpJson many(Bench bench) {
    var servers = new LinkedHashMap<String, URI>();
    for (var n = 1; n <= UPSTREAMS; n++) {
      servers.put("u" + n, bench.upstream().at("/u/" + n + "/mcp"));
    }
    return new McpJson(servers);
  }
}
