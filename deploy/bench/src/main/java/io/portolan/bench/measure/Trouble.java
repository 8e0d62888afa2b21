package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.LoadResult;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import io.portolan.bench.trouble.IllCallers;
import io.portolan.bench.trouble.IllServer;
import io.portolan.bench.trouble.IllWay;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What the callers of a healthy server notice while another one misbehaves. Each way has its turn
 * in each round, and so has a quiet gateway; the ratio is taken within a round.
 */
public record Trouble() implements Measure {
  private static final int CONNECTIONS = 4;
  private static final String QUIET = "quiet";
  private static final double P99_OVER_QUIET_MAX = 1.5;

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
    var servers = new ArrayList<IllServer>();
    try {
      var endpoints = new LinkedHashMap<String, URI>();
      endpoints.put("bench", bench.upstream().at("/mcp"));
      for (var way : IllWay.values()) {
        var server = new IllServer(way);
        servers.add(server);
        endpoints.put(way.server(), server.endpoint());
      }
      var gateway = bench.distribution().startReady("trouble", new McpJson(endpoints));
      try {
        for (var server : servers) {
          server.beginsToBeIll();
        }
        return measured(bench, gateway);
      } finally {
        bench.distribution().stop(gateway);
      }
    } finally {
      for (var server : servers) {
        server.close();
      }
    }
  }

  private static Findings measured(Bench bench, PortolanProcess gateway)
      throws IOException, BadReplyException {
    var target = Target.at("well", gateway.endpointOf("bench"), gateway.tree(), bench.ids());
    bench.only(List.of(target)).warmUp(t -> new Work.Echo(t.tools().echo()));
    var names = new ArrayList<String>(List.of(QUIET));
    for (var way : IllWay.values()) {
      names.add(way.server());
    }
    var p99 = new Samples();
    var perSecond = new Samples();
    for (var round = 0; round < bench.extent().rounds(); round++) {
      bench.say("trouble, round %d of %d".formatted(round + 1, bench.extent().rounds()));
      Collections.rotate(names, -1);
      for (var name : names) {
        var result = turn(bench, target, name, gateway);
        p99.add(name, result.latency().micros(0.99));
        perSecond.add(name, result.perSecond());
      }
    }
    return findings(p99, perSecond);
  }

  private static LoadResult turn(
      Bench bench, Target target, String illServer, PortolanProcess gateway)
      throws IOException, BadReplyException {
    var work = new Work.Echo(target.tools().echo());
    if (illServer.equals(QUIET)) {
      return bench.turn(target, work, CONNECTIONS);
    }
    var callers = new IllCallers(gateway.endpointOf(illServer));
    try {
      return bench.turn(target, work, CONNECTIONS);
    } finally {
      callers.close();
    }
  }

  private static Findings findings(Samples p99, Samples perSecond) {
    var rows = new ArrayList<List<String>>();
    var verdicts = new ArrayList<Verdict>();
    rows.add(row(QUIET, p99, perSecond));
    for (var way : IllWay.values()) {
      var name = way.server();
      rows.add(row(name, p99, perSecond));
      verdicts.add(
          Verdict.atMost(
              "p99 beside a server that " + name.replace('-', ' ') + ", over quiet",
              p99.ratio(name, QUIET),
              P99_OVER_QUIET_MAX));
    }
    var table =
        new Table(
            "A healthy server's calls while another one misbehaves, c=" + CONNECTIONS,
            List.of("the other server", "p99 us", "p99 over quiet", "calls/s"),
            rows);
    return new Findings(List.of(table), verdicts, List.of());
  }

  private static List<String> row(String name, Samples p99, Samples perSecond) {
    return List.of(
        name,
        Table.figure(p99.median(name)),
        Table.figure(p99.ratio(name, QUIET)),
        Table.figure(perSecond.median(name)));
  }
}
