package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import java.io.IOException;

/** What a session costs that is opened, used once and deleted. */
public record Churn() implements Measure {
  private static final int CONNECTIONS = 16;

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public Findings run(Bench bench) throws IOException, BadReplyException {
    bench.warmUpForChange(target -> new Work.Churn(target.tools().echo()));
    var loads =
        Loads.run(bench, "session churn", CONNECTIONS, t -> new Work.Churn(t.tools().echo()));
    return Findings.of(
        new Table(
            "Sessions opened, used for one call and deleted, c=" + CONNECTIONS,
            Loads.columns(bench.targets(), ""),
            loads.rows("", "session")));
  }
}
