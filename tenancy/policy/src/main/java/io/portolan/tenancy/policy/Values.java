package io.portolan.tenancy.policy;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.values.NullValue;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.policy.Condition.Variable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that conditions read. Stateless. */
final class Values {
  private Values() {}

  /**
   * What a condition reads, and nothing else.
   *
   * @param attempt null where the condition reads nothing of it
   * @throws Attempt.Unreadable as the attempt does
   */
  static Map<String, Object> of(
      Condition condition, Caller caller, @Nullable Item item, Tier tier, @Nullable Attempt attempt)
      throws Attempt.Unreadable {
    var values = new HashMap<String, Object>();
    for (var variable : condition.reads()) {
      var value =
          switch (variable) {
            case CALLER -> caller(caller);
            case ITEM -> item == null ? null : item(item, tier);
            case ARGS -> attempt == null ? null : plain(attempt.arguments());
            case NOW -> attempt == null ? null : attempt.at();
            case RESULT -> attempt == null ? null : plain(attempt.result());
          };
      if (value == null) {
        throw new IllegalStateException("no value for " + variable);
      }
      values.put(variable.label(), value);
    }
    return values;
  }

  private static Map<String, Object> caller(Caller caller) {
    var agent = caller.agent();
    return ImmutableMap.<String, Object>builder()
        .put("tenant", caller.tenant().value())
        .put("principal", caller.principal().subject())
        .put("agent", agent == null ? "" : agent)
        .put("roles", caller.roles().stream().sorted().toList())
        .put("teams", caller.teams().stream().sorted().toList())
        .put("scopes", caller.scopes().stream().sorted().toList())
        .buildOrThrow();
  }

  private static Map<String, Object> item(Item item, Tier tier) {
    return Map.of(
        "kind", item.kind().label(),
        "server", item.server(),
        "name", item.name(),
        "risk", item.risk().name(),
        "tier", tier.name());
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Attempt.Null _ -> NullValue.NULL_VALUE;
      case Map<?, ?> map -> {
        var copy = new HashMap<Object, Object>();
        map.forEach((name, member) -> copy.put(name, plain(member)));
        yield copy;
      }
      case List<?> list -> list.stream().map(Values::plain).toList();
      default -> value;
    };
  }

  /** What a condition came to that is not evaluated yet. */
  static final Condition.Outcome OPEN_YET = new Condition.Outcome.Broken("not evaluated");

  /** Whether a condition can be evaluated for a caller alone. */
  static boolean isAboutCallers(Condition condition) {
    return condition.reads().stream().allMatch(variable -> variable == Variable.CALLER);
  }

  /** What a condition comes to that reads nothing of an attempt. */
  static Condition.Outcome settle(
      Condition condition, Caller caller, @Nullable Item item, Tier tier) {
    try {
      return condition.evaluate(of(condition, caller, item, tier, null));
    } catch (Attempt.Unreadable e) {
      throw new IllegalStateException("nothing of an attempt was to be read", e);
    }
  }
}
