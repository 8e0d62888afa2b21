package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a small {@code tools/call} costs at several numbers of connections. */
public record Calls() implements Measure {
  @Override
  public String name() {
    return "calls";
  }

  @Override
  public Findings run(Bench bench) throws IOException, BadReplyException {
    bench.warmUp(target -> new Work.Echo(target.tools().echo()));
    var targets = bench.targets();
    var rows = new ArrayList<List<String>>();
    var verdicts = new ArrayList<Verdict>();
    for (int connections : bench.extent().connections()) {
      var what = "tools/call c=" + connections;
      var loads = Loads.run(bench, what, connections, t -> new Work.Echo(t.tools().echo()));
      rows.addAll(loads.rows("c=" + connections + " ", "call"));
      verdicts.addAll(verdicts(connections, loads));
      if (connections == 16) {
        rows.add(
            Loads.row(
                targets,
                "c=16 share of replies as sent by the upstream",
                t -> loads.identicalShare.min(t.name())));
      }
    }
    var table =
        new Table(
            "tools/call, about 140 B in and 150 B out (medians of %d rounds of %.1f s)"
                .formatted(bench.extent().rounds(), bench.extent().window().toMillis() / 1e3),
            Loads.columns(targets, ""),
            rows);
    return new Findings(List.of(table), verdicts, List.of());
  }

  private static List<Verdict> verdicts(int connections, Loads loads) {
    return switch (connections) {
      case 1 ->
          List.of(
              Verdict.atMost(
                  "p50 added to direct, c=1, us",
                  loads.p50Micros.difference(Target.PORTOLAN, Target.DIRECT),
                  150));
      case 16 ->
          List.of(
              Verdict.atMost(
                  "CPU per tools/call over nginx, c=16",
                  loads.cpuMicros.ratio(Target.PORTOLAN, Target.NGINX),
                  2),
              Verdict.atLeast(
                  "requests/s over nginx, c=16",
                  loads.perSecond.ratio(Target.PORTOLAN, Target.NGINX),
                  0.6));
      default -> List.of();
    };
  }
}
