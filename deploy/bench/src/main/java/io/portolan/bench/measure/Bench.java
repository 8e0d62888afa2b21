package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Ids;
import io.portolan.bench.load.LoadLoop;
import io.portolan.bench.load.LoadPlan;
import io.portolan.bench.load.LoadResult;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.Distribution;
import io.portolan.bench.process.ProcessTree;
import io.portolan.bench.process.UpstreamProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the measures of one run share: the targets, the upstream, the gateway and the load.
 *
 * <p>Used by one thread, which blocks while a load runs.
 */
public final class Bench {
  private static final int WARMUP_CONNECTIONS = 16;

  private final Extent extent;
  private final UpstreamProcess upstream;
  private final Distribution distribution;
  private final Consumer<String> progress;
  private final Ids ids = new Ids();
  private final List<Target> targets = new ArrayList<>();

  /**
   * @param progress takes a line for people now and then
   */
  public Bench(
      Extent extent,
      UpstreamProcess upstream,
      Distribution distribution,
      Consumer<String> progress) {
    this.extent = extent;
    this.upstream = upstream;
    this.distribution = distribution;
    this.progress = progress;
  }

  /** Adds a way to the upstream, after a look at the tools it lists. */
  public Target add(String name, URI endpoint, ProcessTree tree)
      throws IOException, BadReplyException {
    var target = Target.at(name, endpoint, tree, ids);
    targets.add(target);
    return target;
  }

  /** The same bench with other targets. */
  public Bench only(List<Target> others) {
    var bench = new Bench(extent, upstream, distribution, progress);
    bench.targets.addAll(others);
    return bench;
  }

  /** All targets, in the order of their columns. */
  public List<Target> targets() {
    return Collections.unmodifiableList(targets);
  }

  /** The target of that name. */
  public Optional<Target> target(String name) {
    return targets.stream().filter(target -> target.name().equals(name)).findFirst();
  }

  /** How much is measured. */
  public Extent extent() {
    return extent;
  }

  /** Where every target leads. */
  public UpstreamProcess upstream() {
    return upstream;
  }

  /** The gateway under test. */
  public Distribution distribution() {
    return distribution;
  }

  /** Gives the calls their ids. */
  public Ids ids() {
    return ids;
  }

  /** Tells a person what goes on. */
  public void say(String line) {
    progress.accept(line);
  }

  /** Puts every target that has served nothing yet under the same load for the same time. */
  public void warmUp(Function<Target, Work> work) throws IOException, BadReplyException {
    warmUp(work, extent.warmup().first());
  }

  /** The same before targets that are warm are asked for something else. */
  public void warmUpForChange(Function<Target, Work> work) throws IOException, BadReplyException {
    warmUp(work, extent.warmup().change());
  }

  private void warmUp(Function<Target, Work> work, Duration time)
      throws IOException, BadReplyException {
    for (var target : targets) {
      say("warming up " + target.name());
      var _ = load(target, work.apply(target), WARMUP_CONNECTIONS, time);
    }
  }

  /** One counted turn of a target. A bad reply ends the measure. */
  public LoadResult turn(Target target, Work work, int connections)
      throws IOException, BadReplyException {
    return load(target, work, connections, extent.window());
  }

  private LoadResult load(Target target, Work work, int connections, Duration window)
      throws IOException, BadReplyException {
    var plan = new LoadPlan(target.endpoint(), work, connections, extent.leadIn(), window);
    LoadResult result;
    try {
      result = new LoadLoop(plan, target.tree()::cpuMicros, ids).run();
    } catch (IOException | BadReplyException e) {
      throw new BadReplyException(what(target, work, connections) + ": " + e);
    }
    distribution.forgetOutput();
    if (!result.errors().isEmpty()) {
      throw new BadReplyException(
          what(target, work, connections) + ": " + String.join("; ", result.errors()));
    }
    return result;
  }

  private static String what(Target target, Work work, int connections) {
    return target.name() + ", " + work + ", " + connections + " connections";
  }

  /** The targets of a round, each round beginning with another one. */
  public List<Target> inTurn(int round) {
    var turned = new ArrayList<>(targets);
    Collections.rotate(turned, -round);
    return turned;
  }
}
