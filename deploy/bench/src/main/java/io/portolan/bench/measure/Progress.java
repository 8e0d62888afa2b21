package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Whether progress comes through: all twenty events, and each when it happens. */
public record Progress() implements Measure {
  private static final int EVENTS = 20;
  private static final int WARMUP_CALLS = 3;
  private static final int CALLS_PER_ROUND = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "progress";
  }

  @Override
  public Findings run(Bench bench) throws IOException, BadReplyException {
    var events = new Samples();
    var first = new Samples();
    var spread = new Samples();
    for (var round = 0; round < bench.extent().rounds(); round++) {
      bench.say("progress, round %d of %d".formatted(round + 1, bench.extent().rounds()));
      for (var target : bench.inTurn(round)) {
        try (var client = McpClient.open(target.endpoint(), bench.ids(), TIMEOUT)) {
          for (var call = 0; round == 0 && call < WARMUP_CALLS; call++) {
            var _ = client.progress(target.tools().progress());
          }
          for (var call = 0; call < CALLS_PER_ROUND; call++) {
            var report = client.progress(target.tools().progress());
            events.add(target.name(), report.events());
            first.add(
                target.name(), report.events() == 0 ? Double.NaN : report.firstMicros() / 1e3);
            spread.add(target.name(), report.spreadMicros() / 1e3);
          }
          client.endSession();
        }
      }
    }
    var targets = bench.targets();
    var table =
        new Table(
            "A call that reports progress 20 times, 5 ms apart",
            Loads.columns(targets, ""),
            List.of(
                Loads.row(targets, "events, fewest of any call", t -> events.min(t.name())),
                Loads.row(targets, "first event ms", t -> first.median(t.name())),
                Loads.row(targets, "first event ms, latest", t -> first.max(t.name())),
                Loads.row(
                    targets,
                    "first event ms after direct",
                    t -> first.difference(t.name(), Target.DIRECT)),
                Loads.row(targets, "first to last event ms", t -> spread.median(t.name()))));
    return new Findings(
        List.of(table),
        List.of(
            Verdict.atLeast("progress events of 20", events.min(Target.PORTOLAN), EVENTS),
            Verdict.atMost(
                "first progress event after direct, ms",
                first.difference(Target.PORTOLAN, Target.DIRECT),
                10)),
        List.of());
  }
}
