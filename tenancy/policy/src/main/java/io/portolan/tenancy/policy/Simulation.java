package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import java.util.function.Consumer;

/** Runs recorded calls through two rule sets, and tells what would become of them. */
public final class Simulation {
  /**
   * A call as it was recorded.
   *
   * @param label names it to the reader, such as the line of its file
   * @param until whether its result was recorded, too
   */
  public record Recorded(
      String label, Caller caller, Item item, Attempt attempt, Explanation.Until until) {}

  /** A call of which another thing would become. */
  public record Changed(Recorded call, Decision before, Decision after) {}

  private final RuleSet before;
  private final RuleSet after;
  private long seen;
  private long changed;

  /** Compares {@code after} with {@code before}. */
  public Simulation(RuleSet before, RuleSet after) {
    this.before = before;
    this.after = after;
  }

  /** Looks at one call; a changed decision is told. Another rule for the same is no change. */
  public void run(Recorded call, Consumer<Changed> told) {
    seen++;
    var was = decision(before, call);
    var is = decision(after, call);
    if (!was.getClass().equals(is.getClass())) {
      changed++;
      told.accept(new Changed(call, was, is));
    }
  }

  private static Decision decision(RuleSet rules, Recorded call) {
    return Explanation.of(rules, call.caller(), call.item(), call.attempt(), call.until())
        .decision();
  }

  /** How many calls were looked at. */
  public long seen() {
    return seen;
  }

  /** Of how many the decision would change. */
  public long changed() {
    return changed;
  }
}
