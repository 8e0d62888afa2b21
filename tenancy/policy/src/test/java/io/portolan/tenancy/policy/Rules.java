package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.access.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Short ways to write what the tests are about. */
final class Rules {
  static final Conditions CONDITIONS = new Conditions();
  static final TenantId ACME = new TenantId("acme");

  private Rules() {}

  static Condition when(String text) {
    return when(text, Stage.ARGUMENTS);
  }

  static Condition when(String text, Stage stage) {
    return switch (CONDITIONS.compile(text, stage)) {
      case Conditions.Compiled.Usable(var condition) -> condition;
      case Conditions.Compiled.Wrong(var message, var line, var column) ->
          throw new AssertionError(line + ":" + column + " " + message);
    };
  }

  static Rule rule(String name, Effect effect, What what) {
    return new Rule(name, effect, Who.EVERYBODY, what, null);
  }

  static Rule rule(String name, Effect effect, What what, String condition) {
    return new Rule(name, effect, Who.EVERYBODY, what, when(condition));
  }

  /** A rule that withholds results. */
  static Rule withholds(String name, What what, String condition) {
    return new Rule(
        name, Effect.FORBID, Who.EVERYBODY, what, when(condition, Stage.RESULTS), Stage.RESULTS);
  }

  static What tools(String... names) {
    return new What(
        Patterns.ANY, Map.of(ItemKind.TOOL, Patterns.of(List.of(names))), Set.of(), Set.of());
  }

  static Item tool(String server, String name) {
    return new Item(ItemKind.TOOL, server, name, Risk.L1);
  }

  static Caller caller(String subject, String... roles) {
    return new Caller(
        new Principal(ACME, subject), "key:1", null, Set.of(roles), Set.of(), Set.of());
  }

  static Tried with(Map<String, Object> arguments) {
    return new Tried(arguments, Map.of(), new AtomicInteger());
  }

  static Tried with(Map<String, Object> arguments, Map<String, Object> result) {
    return new Tried(arguments, result, new AtomicInteger());
  }

  /** An attempt that counts how often its arguments were read. */
  record Tried(Map<String, Object> arguments, Map<String, Object> result, AtomicInteger reads)
      implements Attempt {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Override
    public Instant at() {
      return NOON;
    }

    @Override
    public Map<String, Object> arguments() {
      reads.incrementAndGet();
      return arguments;
    }

    @Override
    public String argumentsHash() {
      return "h" + arguments.hashCode();
    }
  }
}
