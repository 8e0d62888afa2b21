package io.portolan.tenancy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.access.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds of every rule set: checked on random ones, whose seed a failure names. */
class RulePropertiesTest {
  private static final int ROUNDS = 300;
  private static final List<String> ALWAYS =
      List.of(
          "caller.principal == 'p0'",
          "item.name.endsWith('1')",
          "caller.missing == 'x'",
          "'r1' in caller.roles && item.risk == 'L2'",
          "item.nothing == 1");
  private static final List<String> OF_ATTEMPTS =
      List.of("args.n > 3", "has(args.path) && args.path == 'a'", "now.getHours('UTC') == 12");

  private static final List<String> OF_RESULTS =
      List.of("result.n > 3", "result.missing == 1", "result.n == args.n", "item.name == 'n1'");

  private final List<Condition> always = ALWAYS.stream().map(Rules::when).toList();
  private final List<Condition> ofAttempts = OF_ATTEMPTS.stream().map(Rules::when).toList();

  private final List<Condition> ofResults =
      OF_RESULTS.stream().map(text -> Rules.when(text, Stage.RESULTS)).toList();

  private interface Check {
    void of(Random random, String seed);
  }

  private static void repeat(Check check) {
    for (int i = 0; i < ROUNDS; i++) {
      long seed = 7_000_000L + i;
      check.of(new Random(seed), "seed " + seed);
    }
  }

  @Test
  void theDigestSaysWhatGoingThroughAllRulesSays() {
    repeat(
        (random, seed) -> {
          var rules = rules(random, 12, true);
          var policy = new RuleSetPolicy(rules);
          for (int i = 0; i < 20; i++) {
            var caller = caller(random);
            var item = item(random);
            var attempt = attempt(random);
            assertThat(policy.of(caller).on(item).decide(attempt))
                .as("%s: %s %s %s", seed, caller, item, attempt)
                .isEqualTo(Explanation.of(rules, caller, item, attempt).decision());
          }
        });
  }

  @Test
  void ofResultsTheDigestSaysWhatGoingThroughAllRulesSays() {
    repeat(
        (random, seed) -> {
          var all = new ArrayList<>(rules(random, 8, true).rules());
          for (int i = 0; i < 4; i++) {
            var condition = random.nextInt(4) == 0 ? null : any(random, ofResults);
            all.add(
                new Rule(
                    "result" + i,
                    Effect.FORBID,
                    who(random),
                    what(random),
                    condition,
                    Stage.RESULTS));
          }
          var rules = RuleSet.of(all);
          var policy = new RuleSetPolicy(rules);
          for (int i = 0; i < 20; i++) {
            var caller = caller(random);
            var item = item(random);
            var attempt =
                Rules.with(attempt(random).arguments(), Map.of("n", (long) random.nextInt(6)));
            var permission = policy.of(caller).on(item);
            var before = permission.decide(attempt);
            var after = before.isAllowed() ? permission.afterwards(attempt) : before;
            var is = after.isAllowed() ? before : after;
            assertThat(is)
                .as("%s: %s %s %s", seed, caller, item, attempt)
                .isEqualTo(
                    Explanation.of(rules, caller, item, attempt, Explanation.Until.THE_RESULT)
                        .decision());
          }
        });
  }

  @Test
  void theOrderOfRulesMeansNothing() {
    repeat(
        (random, seed) -> {
          var rules = rules(random, 10, true);
          var shuffled = new ArrayList<>(rules.rules());
          Collections.shuffle(shuffled, random);
          var other = new RuleSet(shuffled, rules.roles(), rules.risks(), rules.tiers());
          var caller = caller(random);
          var item = item(random);
          var attempt = attempt(random);
          assertThat(new RuleSetPolicy(other).of(caller).on(item).decide(attempt))
              .as(seed)
              .isEqualTo(new RuleSetPolicy(rules).of(caller).on(item).decide(attempt));
        });
  }

  @Test
  void aRuleThatForbidsWinsOverAnyOthers() {
    repeat(
        (random, seed) -> {
          var caller = caller(random);
          var item = item(random);
          var rules = new ArrayList<>(rules(random, 10, true).rules());
          var what =
              new What(
                  Patterns.of(List.of(item.server())),
                  Map.of(item.kind(), Patterns.of(List.of(item.name()))),
                  Set.of(),
                  Set.of());
          rules.add(new Rule("forbids", Effect.FORBID, Who.EVERYBODY, what, null));
          var permission = new RuleSetPolicy(RuleSet.of(rules)).of(caller).on(item);
          assertThat(permission.decide(attempt(random)))
              .as(seed)
              .isInstanceOf(Decision.Forbidden.class);
          assertThat(permission.exists()).as(seed).isFalse();
        });
  }

  @Test
  void whatIsListedCanBeCalledWhereNoRuleReadsTheAttempt() {
    repeat(
        (random, seed) -> {
          var policy = new RuleSetPolicy(rules(random, 10, false));
          for (int i = 0; i < 20; i++) {
            var permission = policy.of(caller(random)).on(item(random));
            var decision = permission.decide(attempt(random));
            var callable = decision.isAllowed() || decision instanceof Decision.ApprovalNeeded;
            assertThat(permission.exists()).as(seed).isEqualTo(callable);
          }
        });
  }

  @Test
  void whatIsNotListedCanNeverBeCalled() {
    repeat(
        (random, seed) -> {
          var policy = new RuleSetPolicy(rules(random, 10, true));
          for (int i = 0; i < 20; i++) {
            var access = policy.of(caller(random));
            var item = item(random);
            var decision = access.on(item).decide(attempt(random));
            if (decision.isAllowed() || decision instanceof Decision.ApprovalNeeded) {
              assertThat(access.on(item).exists()).as(seed).isTrue();
              if (item.kind().needsAllowing()) {
                assertThat(access.mayReach(item.server(), item.kind())).as(seed).isTrue();
              }
            }
          }
        });
  }

  // ---- random things, few enough that they meet

  private RuleSet rules(Random random, int max, boolean withAttempts) {
    var rules = new ArrayList<Rule>();
    var count = 1 + random.nextInt(max);
    for (int i = 0; i < count; i++) {
      var effect = random.nextInt(10) < 6 ? Effect.ALLOW : any(random, Effect.class);
      rules.add(
          new Rule("rule" + i, effect, who(random), what(random), condition(random, withAttempts)));
    }
    return new RuleSet(
        rules,
        new Roles(Map.of("r1", Set.of("caller"))),
        random.nextBoolean()
            ? List.of()
            : List.of(new RuleSet.RiskOf(patterns(random, "s"), patterns(random, "n"), Risk.L2)),
        List.of(new RuleSet.TierOf(Patterns.of(List.of("s0")), Tier.T0)));
  }

  private @Nullable Condition condition(Random random, boolean withAttempts) {
    return switch (random.nextInt(4)) {
      case 0 -> always.get(random.nextInt(always.size()));
      case 1 -> withAttempts ? ofAttempts.get(random.nextInt(ofAttempts.size())) : null;
      default -> null;
    };
  }

  private static <T> T any(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static <E extends Enum<E>> E any(Random random, Class<E> type) {
    var all = List.copyOf(EnumSet.allOf(type));
    return all.get(random.nextInt(all.size()));
  }

  private static Who who(Random random) {
    return new Who(
        rarely(random, "t"),
        rarely(random, "team"),
        rarely(random, "p"),
        random.nextInt(3) == 0
            ? Patterns.of(List.of(random.nextBoolean() ? "caller" : "r1"))
            : Patterns.ANY,
        rarely(random, "a"));
  }

  private static Patterns rarely(Random random, String prefix) {
    return random.nextInt(6) == 0 ? patterns(random, prefix) : Patterns.ANY;
  }

  private static Patterns patterns(Random random, String prefix) {
    return switch (random.nextInt(4)) {
      case 0 -> Patterns.ANY;
      case 1 -> Patterns.of(List.of(prefix + "*"));
      case 2 -> Patterns.of(List.of(prefix + random.nextInt(2), "*" + random.nextInt(3)));
      default -> Patterns.of(List.of(prefix + random.nextInt(3)));
    };
  }

  private static What what(Random random) {
    var names = new EnumMap<ItemKind, Patterns>(ItemKind.class);
    while (random.nextInt(3) != 0 && names.size() < 3) {
      names.put(kind(random), patterns(random, "n"));
    }
    return new What(
        patterns(random, "s"),
        names,
        random.nextInt(4) == 0 ? Set.of(Risk.L0, Risk.L1) : Set.of(),
        random.nextInt(5) == 0 ? Set.of(any(random, Tier.class)) : Set.of());
  }

  private static ItemKind kind(Random random) {
    return any(random, ItemKind.class);
  }

  private static Item item(Random random) {
    return new Item(
        kind(random), "s" + random.nextInt(3), "n" + random.nextInt(3), any(random, Risk.class));
  }

  private static Caller caller(Random random) {
    Supplier<Set<String>> roles =
        () -> random.nextBoolean() ? Set.of() : Set.of(random.nextBoolean() ? "r1" : "caller");
    return new Caller(
        new Principal(new TenantId("t" + random.nextInt(2)), "p" + random.nextInt(3)),
        "key:1",
        random.nextBoolean() ? null : "a" + random.nextInt(2),
        roles.get(),
        random.nextBoolean() ? Set.of() : Set.of("team" + random.nextInt(2)),
        Set.of());
  }

  private static Rules.Tried attempt(Random random) {
    return Rules.with(
        switch (random.nextInt(3)) {
          case 0 -> Map.of();
          case 1 -> Map.of("n", (Object) (long) random.nextInt(8));
          default -> Map.of("n", 5.5, "path", random.nextBoolean() ? "a" : "b");
        });
  }
}
