package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Work;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.util.List;

/** What a session costs that is opened, used once and deleted. */
public record Churn() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final double SESSIONS_OVER_NGINX_MIN = 0.5;

  @Override
  public String name() {
    return "churn";
  }

  @Override
  public Findings run(Bench bench) throws IOException, BadReplyException {
    bench.warmUpForChange(target -> new Work.Churn(target.tools().echo()));
    var loads =
        Loads.run(bench, "session churn", CONNECTIONS, t -> new Work.Churn(t.tools().echo()));
    var table =
        new Table(
            "Sessions opened, used for one call and deleted, c=" + CONNECTIONS,
            Loads.columns(bench.targets(), ""),
            loads.rows("", "session"));
    var verdict =
        Verdict.atLeast(
            "sessions/s over nginx, c=" + CONNECTIONS,
            loads.perSecond.ratio(Target.PORTOLAN, Target.NGINX),
            SESSIONS_OVER_NGINX_MIN);
    return new Findings(List.of(table), List.of(verdict), List.of());
  }
}
