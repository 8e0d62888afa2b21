package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.util.List;

/** What a result of 64 KiB costs. */
public record BigResults() implements Measure {
  private static final int CONNECTIONS = 16;

  @Override
  public String name() {
    return "big";
  }

  @Override
  public Findings run(Bench bench) throws IOException, BadReplyException {
    bench.warmUpForChange(target -> new Work.Big(target.tools().big()));
    var loads = Loads.run(bench, "64 KiB result", CONNECTIONS, t -> new Work.Big(t.tools().big()));
    var table =
        new Table(
            "tools/call with a result of 64 KiB, c=" + CONNECTIONS,
            Loads.columns(bench.targets(), ""),
            loads.rows("", "call"));
    var verdict =
        Verdict.atMost(
            "CPU of a 64 KiB result over nginx, c=" + CONNECTIONS,
            loads.cpuMicros.ratio(Target.PORTOLAN, Target.NGINX),
            2);
    return new Findings(List.of(table), List.of(verdict), List.of());
  }
}
