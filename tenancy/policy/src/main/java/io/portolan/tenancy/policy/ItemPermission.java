package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Screening;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Digest.Applicable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the rules about one item come to: conditions that read nothing of an attempt are decided,
 * the others are left. Immutable and thread-safe.
 */
final class ItemPermission implements Permission {
  /** A rule whose condition, if it has one left, is evaluated for each attempt. */
  private record Left(String rule, @Nullable Condition condition) {}

  private final Caller caller;
  private final Item item;
  private final Tier tier;
  private final List<Left> forbid = new ArrayList<>(0);
  private final List<Left> approve = new ArrayList<>(0);
  private final List<Left> allow = new ArrayList<>(1);
  private final List<Left> withhold = new ArrayList<>(0);

  private final Map<Stage, Screening> screenings = new EnumMap<>(Stage.class);

  private ItemPermission(Caller caller, Item item, Tier tier) {
    this.caller = caller;
    this.item = item;
    this.tier = tier;
  }

  /** The permission that these rules come to; they are about the caller and the item. */
  static ItemPermission of(
      List<Applicable> rules, List<Guardrail> guardrails, Caller caller, Item item, Tier tier) {
    var permission = new ItemPermission(caller, item, tier);
    for (var applicable : rules) {
      permission.add(applicable);
    }
    for (var stage : List.of(Stage.ARGUMENTS, Stage.RESULTS)) {
      var looking =
          guardrails.stream().filter(guardrail -> guardrail.stages().contains(stage)).toList();
      if (!looking.isEmpty()) {
        permission.screenings.put(stage, new GuardrailChain(looking));
      }
    }
    return permission;
  }

  private void add(Applicable applicable) {
    var rule = applicable.rule();
    var condition = applicable.isConditional() ? rule.condition() : null;
    if (condition != null && !condition.isAboutAttempts()) {
      switch (Values.settle(condition, caller, item, tier)) {
        case Condition.Outcome.Holds _ -> condition = null;
        case Condition.Outcome.Fails _ -> {
          return;
        }
        case Condition.Outcome.Broken _ -> {} // said again whenever it is asked for
      }
    }
    var left = new Left(applicable.name(), condition);
    switch (rule.effect()) {
      case FORBID -> (rule.isAboutResults() ? withhold : forbid).add(left);
      case APPROVE -> approve.add(left);
      case ALLOW -> allow.add(left);
    }
  }

  @Override
  public boolean exists() {
    for (var rule : forbid) {
      if (isCertain(rule)) {
        return false;
      }
    }
    for (var rule : approve) {
      if (isBroken(rule)) {
        return false;
      }
    }
    return !item.kind().needsAllowing()
        || !approve.isEmpty()
        || allow.stream().anyMatch(rule -> !isBroken(rule));
  }

  /** Whether a rule that forbids does so, or allows nothing, whatever is attempted. */
  private static boolean isCertain(Left rule) {
    return rule.condition() == null || isBroken(rule);
  }

  private static boolean isBroken(Left rule) {
    return rule.condition() != null && !rule.condition().isAboutAttempts();
  }

  @Override
  public Decision decide(Attempt attempt) {
    return decide(new ReadOnce(attempt));
  }

  private Decision decide(ReadOnce attempt) {
    Decision.@Nullable Undecidable broken = null;
    for (var rule : forbid) {
      switch (evaluate(rule, attempt)) {
        case Condition.Outcome.Holds _ -> {
          return new Decision.Forbidden(rule.rule());
        }
        case Condition.Outcome.Fails _ -> {}
        case Condition.Outcome.Broken(var reason) -> broken = firstOf(broken, rule, reason);
      }
    }
    String approving = null;
    for (var rule : approve) {
      switch (evaluate(rule, attempt)) {
        case Condition.Outcome.Holds _ -> approving = approving == null ? rule.rule() : approving;
        case Condition.Outcome.Fails _ -> {}
        case Condition.Outcome.Broken(var reason) -> broken = firstOf(broken, rule, reason);
      }
    }
    if (broken != null) {
      return broken;
    }
    return approving != null
        ? new Decision.ApprovalNeeded(approving, item, attempt.argumentsHash())
        : allowed(attempt);
  }

  @Override
  public boolean looksAtResults() {
    return !withhold.isEmpty();
  }

  @Override
  public Decision afterwards(Attempt attempt) {
    var seen = new ReadOnce(attempt);
    Decision.@Nullable Undecidable broken = null;
    for (var rule : withhold) {
      switch (evaluate(rule, seen)) {
        case Condition.Outcome.Holds _ -> {
          return new Decision.Withheld(rule.rule());
        }
        case Condition.Outcome.Fails _ -> {}
        case Condition.Outcome.Broken(var reason) -> broken = firstOf(broken, rule, reason);
      }
    }
    return broken != null ? broken : new Decision.Allowed("");
  }

  @Override
  public @Nullable Screening screening(Stage stage) {
    return screenings.get(stage);
  }

  private Decision allowed(ReadOnce attempt) {
    Decision.@Nullable Undecidable broken = null;
    for (var rule : allow) {
      switch (evaluate(rule, attempt)) {
        case Condition.Outcome.Holds _ -> {
          return new Decision.Allowed(rule.rule());
        }
        case Condition.Outcome.Fails _ -> {}
        case Condition.Outcome.Broken(var reason) -> broken = firstOf(broken, rule, reason);
      }
    }
    if (!item.kind().needsAllowing()) {
      return new Decision.Allowed("");
    }
    return broken != null ? broken : new Decision.NotAllowed();
  }

  private static Decision.Undecidable firstOf(
      Decision.@Nullable Undecidable before, Left rule, String reason) {
    return before != null ? before : new Decision.Undecidable(rule.rule(), reason);
  }

  /** An attempt whose values are found once for all conditions that read the same. */
  private static final class ReadOnce {
    private final Attempt attempt;
    private final Map<Set<Condition.Variable>, Map<String, Object>> values = new HashMap<>(2);

    ReadOnce(Attempt attempt) {
      this.attempt = attempt;
    }

    String argumentsHash() {
      return attempt.argumentsHash();
    }
  }

  private Condition.Outcome evaluate(Left rule, ReadOnce attempt) {
    var condition = rule.condition();
    if (condition == null) {
      return Condition.HOLDS;
    }
    try {
      var values = attempt.values.get(condition.reads());
      if (values == null) {
        values = Values.of(condition, caller, item, tier, attempt.attempt);
        attempt.values.put(condition.reads(), values);
      }
      return condition.evaluate(values);
    } catch (Attempt.Unreadable e) {
      return new Condition.Outcome.Broken(String.valueOf(e.getMessage()));
    }
  }
}
