package io.portolan.tenancy.policy;

import static io.portolan.tenancy.policy.Rules.caller;
import static io.portolan.tenancy.policy.Rules.rule;
import static io.portolan.tenancy.policy.Rules.tool;
import static io.portolan.tenancy.policy.Rules.tools;
import static io.portolan.tenancy.policy.Rules.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.Attempt;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleSetPolicyTest {
  private static final Caller ALICE = caller("alice", "developer");
  private static final Item READ = tool("files", "read");
  private static final Item WRITE = tool("files", "write");

  private static Decision decide(RuleSet rules, Caller caller, Item item, Attempt attempt) {
    return new RuleSetPolicy(rules).of(caller).on(item).decide(attempt);
  }

  private static Decision decide(RuleSet rules, Item item) {
    return decide(rules, ALICE, item, with(Map.of()));
  }

  @Test
  void withoutRulesEverythingIsAllowed() {
    assertThat(new RuleSetPolicy(RuleSet.NONE).of(ALICE)).isSameAs(Access.OPEN);
  }

  @Test
  void withRulesWhatNoneAllowsIsNotAllowed() {
    var rules = RuleSet.of(List.of(rule("reading", Effect.ALLOW, tools("read"))));
    assertThat(decide(rules, READ)).isEqualTo(new Decision.Allowed("reading"));
    assertThat(decide(rules, WRITE)).isEqualTo(new Decision.NotAllowed());
    assertThat(new RuleSetPolicy(rules).of(ALICE).on(WRITE).exists()).isFalse();
  }

  @Test
  void aTenantThatNoRuleIsAboutMayDoNothingUnlessItIsTheDevelopmentTenant() {
    var who =
        new Who(
            Patterns.of(List.of("other")), Patterns.ANY, Patterns.ANY, Patterns.ANY, Patterns.ANY);
    var rules = RuleSet.of(List.of(new Rule("others", Effect.ALLOW, who, What.EVERYTHING, null)));
    assertThat(decide(rules, READ)).isEqualTo(new Decision.NotAllowed());
    assertThat(new RuleSetPolicy(rules).of(Caller.ANONYMOUS).isOpen()).isTrue();
  }

  @Test
  void forbidWinsOverApproveAndThatOverAllow() {
    var allow = rule("a", Effect.ALLOW, What.EVERYTHING);
    var approve = rule("b", Effect.APPROVE, tools("write", "drop"));
    var forbid = rule("c", Effect.FORBID, tools("drop"));
    var rules = RuleSet.of(List.of(forbid, approve, allow));
    assertThat(decide(rules, READ)).isEqualTo(new Decision.Allowed("a"));
    assertThat(decide(rules, WRITE)).isInstanceOf(Decision.ApprovalNeeded.class);
    assertThat(decide(rules, tool("files", "drop"))).isEqualTo(new Decision.Forbidden("c"));
  }

  @Test
  void anApprovalIsBoundToTheHashOfTheArguments() {
    var rules = RuleSet.of(List.of(rule("b", Effect.APPROVE, What.EVERYTHING)));
    var attempt = with(Map.of("path", "/x"));
    assertThat(decide(rules, ALICE, WRITE, attempt))
        .isEqualTo(new Decision.ApprovalNeeded("b", WRITE, attempt.argumentsHash()));
  }

  @Test
  void aConditionReadsArgumentsCallerItemAndTime() {
    var rules =
        RuleSet.of(
            List.of(
                rule(
                    "all",
                    Effect.ALLOW,
                    What.EVERYTHING,
                    "args.path.startsWith('/tmp/') && caller.principal == 'alice'"
                        + " && item.server == 'files' && item.risk == 'L1'"
                        + " && now.getHours('UTC') == 12 && args.size < 10")));
    var fits = with(Map.of("path", "/tmp/x", "size", 9L));
    assertThat(decide(rules, ALICE, READ, fits)).isEqualTo(new Decision.Allowed("all"));
    var large = with(Map.of("path", "/tmp/x", "size", 10.5));
    assertThat(decide(rules, ALICE, READ, large)).isEqualTo(new Decision.NotAllowed());
    assertThat(decide(rules, caller("bob"), READ, fits)).isEqualTo(new Decision.NotAllowed());
    assertThat(decide(rules, ALICE, tool("other", "read"), fits))
        .isEqualTo(new Decision.NotAllowed());
  }

  @Test
  void argumentsAreReadOnlyWhenAnApplicableConditionReadsThem() {
    var rules =
        RuleSet.of(
            List.of(
                rule("a", Effect.ALLOW, What.EVERYTHING),
                rule("f", Effect.FORBID, tools("write"), "has(args.force)")));
    var reading = with(Map.of());
    decide(rules, ALICE, READ, reading);
    assertThat(reading.reads()).hasValue(0);
    var writing = with(Map.of("force", true));
    assertThat(decide(rules, ALICE, WRITE, writing)).isEqualTo(new Decision.Forbidden("f"));
    assertThat(writing.reads()).hasValue(1);
  }

  @Test
  void aBrokenConditionAllowsNothingAndSaysWhy() {
    var rules =
        RuleSet.of(
            List.of(
                rule("a", Effect.ALLOW, What.EVERYTHING),
                rule("f", Effect.FORBID, tools("write"), "args.path == '/etc'")));
    var decision = decide(rules, ALICE, WRITE, with(Map.of()));
    assertThat(decision).isInstanceOf(Decision.Undecidable.class);
    assertThat(((Decision.Undecidable) decision).rule()).isEqualTo("f");
    assertThat(((Decision.Undecidable) decision).reason()).contains("path");
  }

  @Test
  void aConditionThatGoesRoundTooOftenAllowsNothing() {
    var rules =
        RuleSet.of(
            List.of(
                rule(
                    "a",
                    Effect.ALLOW,
                    What.EVERYTHING,
                    "args.x.all(a, args.x.all(b, args.x.all(c, true)))")));
    var few = new ArrayList<Object>();
    for (long i = 0; i < 10; i++) {
      few.add(i);
    }
    var many = new ArrayList<Object>();
    for (long i = 0; i < 100; i++) {
      many.add(i);
    }
    assertThat(decide(rules, ALICE, READ, with(Map.of("x", few))).isAllowed()).isTrue();
    assertThat(decide(rules, ALICE, READ, with(Map.of("x", many))))
        .isInstanceOf(Decision.Undecidable.class);
  }

  @Test
  void rolesIncludeOthers() {
    var roles = new Roles(Map.of("support", Set.of("caller"), "lead", Set.of("support")));
    var who =
        new Who(
            Patterns.ANY, Patterns.ANY, Patterns.ANY, Patterns.of(List.of("caller")), Patterns.ANY);
    var rules =
        new RuleSet(
            List.of(new Rule("callers", Effect.ALLOW, who, What.EVERYTHING, null)),
            roles,
            List.of(),
            List.of());
    assertThat(decide(rules, caller("x", "lead"), READ, with(Map.of())).isAllowed()).isTrue();
    assertThat(decide(rules, caller("x", "auditor"), READ, with(Map.of())).isAllowed()).isFalse();
  }

  @Test
  void theOperatorsLevelCountsAndNotTheServers() {
    var upToL1 =
        new What(
            Patterns.ANY, Map.of(ItemKind.TOOL, Patterns.ANY), Set.of(Risk.L0, Risk.L1), Set.of());
    var rules =
        new RuleSet(
            List.of(rule("low", Effect.ALLOW, upToL1)),
            Roles.STANDARD,
            List.of(
                new RuleSet.RiskOf(Patterns.ANY, Patterns.of(List.of("wr*")), Risk.L3),
                new RuleSet.RiskOf(Patterns.ANY, Patterns.ANY, Risk.L0)),
            List.of());
    assertThat(decide(rules, READ).isAllowed()).isTrue();
    assertThat(decide(rules, WRITE)).isEqualTo(new Decision.NotAllowed());
  }

  @Test
  void aServerThatNobodyPutsIntoATierIsPrivileged() {
    var low = new What(Patterns.ANY, Map.of(), Set.of(), Set.of(Tier.T0, Tier.T1));
    var rules =
        new RuleSet(
            List.of(rule("low", Effect.ALLOW, low)),
            Roles.STANDARD,
            List.of(),
            List.of(new RuleSet.TierOf(Patterns.of(List.of("files")), Tier.T1)));
    assertThat(decide(rules, READ).isAllowed()).isTrue();
    assertThat(decide(rules, tool("other", "read")).isAllowed()).isFalse();
  }

  @Test
  void completionsAndTasksNeedNoRuleButCanBeForbidden() {
    var task = new Item(ItemKind.TASK, "files", "t1", Risk.L0);
    var allow = rule("a", Effect.ALLOW, tools("read"));
    assertThat(decide(RuleSet.of(List.of(allow)), task)).isEqualTo(new Decision.Allowed(""));
    var noTasks = new What(Patterns.ANY, Map.of(ItemKind.TASK, Patterns.ANY), Set.of(), Set.of());
    var rules = RuleSet.of(List.of(allow, rule("f", Effect.FORBID, noTasks)));
    assertThat(decide(rules, task)).isEqualTo(new Decision.Forbidden("f"));
    assertThat(new RuleSetPolicy(rules).of(ALICE).mayReach("files", ItemKind.TASK)).isFalse();
  }

  @Test
  void callersThatTheRulesCannotTellApartShareADigest() {
    var policy = new RuleSetPolicy(RuleSet.of(List.of(rule("a", Effect.ALLOW, What.EVERYTHING))));
    assertThat(policy.of(caller("x", "caller"))).isSameAs(policy.of(caller("y", "admin")));
    var telling =
        new RuleSetPolicy(
            RuleSet.of(
                List.of(
                    rule("a", Effect.ALLOW, What.EVERYTHING, "caller.principal == item.name"))));
    assertThat(telling.of(caller("x"))).isNotSameAs(telling.of(caller("y")));
    assertThat(telling.of(caller("x"))).isSameAs(telling.of(caller("x")));
  }

  @Test
  void moreCallersThanAreKeptGetTheSameDecisions() {
    var policy =
        new RuleSetPolicy(
            RuleSet.of(
                List.of(rule("a", Effect.ALLOW, What.EVERYTHING, "caller.principal == 'u7'"))));
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < RuleSetPolicy.CALLERS_MAX * 2 + 10; i++) {
        var access =
            policy.of(
                new Caller(
                    new Principal(Rules.ACME, "u" + i),
                    "key:" + i,
                    null,
                    Set.of(),
                    Set.of(),
                    Set.of()));
        assertThat(access.on(READ).exists()).isEqualTo(i == 7);
      }
    }
  }

  @Test
  void asManyRulesAsThereMayBeAreTakenAndMoreAreNot() {
    var most = new ArrayList<Rule>();
    for (int i = 0; i < RuleSet.RULES_MAX; i++) {
      most.add(rule("r" + i, Effect.ALLOW, tools("t" + i)));
    }
    var rules = RuleSet.of(most);
    assertThat(decide(rules, tool("files", "t77"))).isEqualTo(new Decision.Allowed("r77"));
    most.add(rule("more", Effect.ALLOW, What.EVERYTHING));
    assertThatThrownBy(() -> RuleSet.of(most)).hasMessageContaining("10000");
  }
}
