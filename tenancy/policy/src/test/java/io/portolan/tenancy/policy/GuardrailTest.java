package io.portolan.tenancy.policy;

import static io.portolan.tenancy.policy.Rules.caller;
import static io.portolan.tenancy.policy.Rules.tool;
import static io.portolan.tenancy.policy.Rules.tools;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Screening.Verdict;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Guardrail.Action;
import io.portolan.tenancy.policy.guardrail.Filter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardrailTest {
  private static final Set<Stage> BOTH = Set.of(Stage.ARGUMENTS, Stage.RESULTS);

  private static Guardrail guardrail(String name, Filter filter, Action action) {
    return new Guardrail(name, filter, action, BOTH, Who.EVERYBODY, What.EVERYTHING);
  }

  private static Permission permission(Caller caller, Guardrail... guardrails) {
    var rules = new RuleSet(List.of(), Roles.STANDARD, List.of(), List.of(), List.of(guardrails));
    return new RuleSetPolicy(rules).of(caller).on(tool("files", "read"));
  }

  private static Verdict screen(String text, Guardrail... guardrails) {
    var screening = permission(caller("x"), guardrails).screening(Stage.RESULTS);
    return requireNonNull(screening).screen(text);
  }

  @Test
  void whatIsRedactedIsReplacedByItsKindAndTheRestStays() {
    var pii = guardrail("pii", Filter.personalData(), Action.REDACT);
    assertThat(screen("to a@b.example, c@d.example!", pii))
        .isEqualTo(new Verdict.Redacted("to [pii:email], [pii:email]!"));
    assertThat(screen("nothing", pii)).isEqualTo(new Verdict.Clean());
  }

  @Test
  void whereThereIsNoPlaceholderTheKindStands() {
    var out = guardrail("out", Filter.personalData(), Action.PLACEHOLDER);
    assertThat(screen("to a@b.example", out)).isEqualTo(new Verdict.Redacted("to [pii:email]"));
  }

  @Test
  void textsAreRestoredInArgumentsOnly() {
    assertThatThrownBy(() -> guardrail("back", Filter.placeholders(), Action.RESTORE))
        .hasMessageContaining("restored in arguments only");
  }

  @Test
  void theyLookOneAfterTheOtherInOrder() {
    var redact = guardrail("redact", Filter.personalData(), Action.REDACT);
    var refuse = guardrail("refuse", Filter.personalData(), Action.REFUSE);
    assertThat(screen("a@b.example", redact, refuse)).isInstanceOf(Verdict.Redacted.class);
    assertThat(screen("a@b.example", refuse, redact))
        .isEqualTo(new Verdict.Refused("refuse", "pii:email"));
  }

  @Test
  void whatIsObservedPasses() {
    var observe = guardrail("observe", Filter.personalData(), Action.OBSERVE);
    assertThat(screen("a@b.example", observe)).isEqualTo(new Verdict.Clean());
    assertThat(permission(caller("x"), observe).screening(Stage.RESULTS))
        .matches(screening -> screening != null && screening.passesUnseen());
  }

  @Test
  void guardrailsWithoutRulesLeaveEverythingAllowed() {
    var permission = permission(caller("x"), guardrail("g", Filter.secrets(), Action.REFUSE));
    assertThat(permission.exists()).isTrue();
    assertThat(permission.decide(Rules.with(Map.of())).isAllowed()).isTrue();
  }

  @Test
  void aGuardrailLooksOnlyAtWhatItIsAboutAndAtItsStages() {
    var who =
        new Who(Patterns.ANY, Patterns.ANY, Patterns.of(List.of("x")), Patterns.ANY, Patterns.ANY);
    var guardrail =
        new Guardrail(
            "g", Filter.secrets(), Action.REFUSE, Set.of(Stage.RESULTS), who, tools("read"));
    var rules = new RuleSet(List.of(), Roles.STANDARD, List.of(), List.of(), List.of(guardrail));
    var policy = new RuleSetPolicy(rules);
    var looked = policy.of(caller("x")).on(tool("files", "read"));
    assertThat(looked.screening(Stage.RESULTS)).isNotNull();
    assertThat(looked.screening(Stage.ARGUMENTS)).isNull();
    assertThat(policy.of(caller("x")).on(tool("files", "write")).screening(Stage.RESULTS)).isNull();
    assertThat(policy.of(caller("y")).isOpen()).isTrue();
  }
}
