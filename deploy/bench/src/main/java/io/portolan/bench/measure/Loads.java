package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.LoadResult;
import io.portolan.bench.load.Work;
import io.portolan.bench.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The same load on every target, round after round, and the rows that come of it. */
final class Loads {
  final Samples cpuMicros = new Samples();
  final Samples perSecond = new Samples();
  final Samples p50Micros = new Samples();
  final Samples p99Micros = new Samples();
  final Samples identicalShare = new Samples();
  private final List<Target> targets;

  private Loads(List<Target> targets) {
    this.targets = targets;
  }

  /** Runs all rounds. */
  static Loads run(Bench bench, String what, int connections, Function<Target, Work> work)
      throws IOException, BadReplyException {
    var loads = new Loads(bench.targets());
    for (var round = 0; round < bench.extent().rounds(); round++) {
      bench.say("%s, round %d of %d".formatted(what, round + 1, bench.extent().rounds()));
      for (var target : bench.inTurn(round)) {
        loads.add(target, bench.turn(target, work.apply(target), connections));
      }
    }
    return loads;
  }

  private void add(Target target, LoadResult result) {
    var cpu = target.tree().exists() ? result.cpuMicrosPerUnit() : Double.NaN;
    cpuMicros.add(target.name(), cpu);
    perSecond.add(target.name(), result.perSecond());
    p50Micros.add(target.name(), result.latency().micros(0.5));
    p99Micros.add(target.name(), result.latency().micros(0.99));
    identicalShare.add(
        target.name(), result.units() == 0 ? 0 : (double) result.identical() / result.units());
  }

  /** Headings for {@link #rows}. */
  static List<String> columns(List<Target> targets, String first) {
    var columns = new ArrayList<String>();
    columns.add(first);
    targets.forEach(target -> columns.add(target.name()));
    return columns;
  }

  /** A row with one figure for each target. */
  static List<String> row(List<Target> targets, String name, ToDoubleFunction<Target> figure) {
    var row = new ArrayList<String>();
    row.add(name);
    targets.forEach(target -> row.add(Table.figure(figure.applyAsDouble(target))));
    return row;
  }

  /** Everything there is to say of this load, each row beginning with the prefix. */
  List<List<String>> rows(String prefix, String unit) {
    return List.of(
        row(targets, prefix + "CPU us/" + unit, t -> cpuMicros.median(t.name())),
        row(targets, prefix + "CPU over nginx", t -> cpuMicros.ratio(t.name(), Target.NGINX)),
        row(targets, prefix + unit + "s/s", t -> perSecond.median(t.name())),
        row(
            targets,
            prefix + unit + "s/s over nginx",
            t -> perSecond.ratio(t.name(), Target.NGINX)),
        row(targets, prefix + "p50 us", t -> p50Micros.median(t.name())),
        row(
            targets,
            prefix + "p50 us added to direct",
            t -> p50Micros.difference(t.name(), Target.DIRECT)),
        row(targets, prefix + "p99 us", t -> p99Micros.median(t.name())));
  }
}
