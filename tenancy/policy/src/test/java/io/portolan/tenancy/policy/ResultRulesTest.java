package io.portolan.tenancy.policy;

import static io.portolan.tenancy.policy.Rules.caller;
import static io.portolan.tenancy.policy.Rules.rule;
import static io.portolan.tenancy.policy.Rules.tool;
import static io.portolan.tenancy.policy.Rules.tools;
import static io.portolan.tenancy.policy.Rules.with;
import static io.portolan.tenancy.policy.Rules.withholds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Explanation.Until;
import io.portolan.tenancy.policy.Explanation.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rules that are asked with results. */
class ResultRulesTest {
  private static final Rule ALL = rule("all", Effect.ALLOW, What.EVERYTHING);
  private static final Rule NO_KEYS =
      withholds("no keys", tools("read"), "has(result.key) && args.path != '/public'");

  private static Permission on(Item item, Rule... rules) {
    return new RuleSetPolicy(RuleSet.of(List.of(rules))).of(caller("alice")).on(item);
  }

  @Test
  void aRuleWithholdsTheResultsThatItsConditionHoldsFor() {
    var read = on(tool("files", "read"), ALL, NO_KEYS);
    var arguments = Map.<String, Object>of("path", "/etc");
    assertThat(read.exists()).isTrue();
    assertThat(read.decide(with(arguments))).isEqualTo(new Decision.Allowed("all"));
    assertThat(read.looksAtResults()).isTrue();
    assertThat(read.afterwards(with(arguments, Map.of("key", "k"))))
        .isEqualTo(new Decision.Withheld("no keys"));
    assertThat(read.afterwards(with(arguments, Map.of("text", "k"))).isAllowed()).isTrue();
    assertThat(read.afterwards(with(Map.of("path", "/public"), Map.of("key", "k"))).isAllowed())
        .isTrue();
  }

  @Test
  void onlyResultsThatARuleIsAboutAreLookedAt() {
    assertThat(on(tool("files", "write"), ALL, NO_KEYS).looksAtResults()).isFalse();
    assertThat(on(tool("files", "read"), ALL).looksAtResults()).isFalse();
  }

  @Test
  void aConditionWithoutAValueShowsNothing() {
    var read = on(tool("files", "read"), ALL, withholds("r", tools("read"), "result.n > 1"));
    assertThat(read.afterwards(with(Map.of(), Map.of()))).isInstanceOf(Decision.Undecidable.class);
  }

  @Test
  void aRuleOnAllResultsHidesNoItem() {
    var always =
        new Rule("never shown", Effect.FORBID, Who.EVERYBODY, What.EVERYTHING, null, Stage.RESULTS);
    var policy = new RuleSetPolicy(RuleSet.of(List.of(ALL, always))).of(caller("alice"));
    assertThat(policy.mayReach("files", ItemKind.TOOL)).isTrue();
    var read = policy.on(tool("files", "read"));
    assertThat(read.exists()).isTrue();
    assertThat(read.afterwards(with(Map.of()))).isEqualTo(new Decision.Withheld("never shown"));
  }

  @Test
  void whatIsWithheldOfAToolIsWithheldOfTasks() {
    var task = on(new Item(ItemKind.TASK, "files", "t1", Risk.L0), ALL, NO_KEYS);
    // Its arguments are not known any more, and the condition reads them.
    assertThat(task.afterwards(with(Map.of(), Map.of("key", "k"))).isAllowed()).isFalse();
    assertThat(task.afterwards(with(Map.of(), Map.of())).isAllowed()).isTrue();
  }

  @Test
  void resultsAreReadByRulesOnResultsOnly() {
    assertThat(Rules.CONDITIONS.compile("result.n == 1"))
        .isInstanceOf(Conditions.Compiled.Wrong.class);
    assertThat(Rules.CONDITIONS.compile("result.n == 1", Stage.RESULTS))
        .isInstanceOf(Conditions.Compiled.Usable.class);
    assertThatThrownBy(
            () -> new Rule("r", Effect.ALLOW, Who.EVERYBODY, What.EVERYTHING, null, Stage.RESULTS))
        .hasMessageContaining("a result can only be forbidden");
  }

  @Test
  void anExplanationWithoutAResultSaysWhatIsAskedLater() {
    var rules = RuleSet.of(List.of(ALL, NO_KEYS));
    var read = tool("files", "read");
    var attempt = with(Map.of("path", "/etc"), Map.of("key", "k"));
    var before = Explanation.of(rules, caller("alice"), read, attempt);
    assertThat(before.decision()).isEqualTo(new Decision.Allowed("all"));
    assertThat(before.matched())
        .extracting(Explanation.Matched::verdict)
        .containsExactlyInAnyOrder(Verdict.APPLIES, Verdict.NOT_ASKED);
    var after = Explanation.of(rules, caller("alice"), read, attempt, Until.THE_RESULT);
    assertThat(after.decision()).isEqualTo(new Decision.Withheld("no keys"));
  }
}
