package io.portolan.tenancy.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.policy.Condition.Variable;
import io.portolan.tenancy.policy.Conditions.Compiled;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static Compiled.Wrong wrong(String text) {
    return (Compiled.Wrong) Rules.CONDITIONS.compile(text);
  }

  @Test
  void aMistakeIsNamedWithItsPlace() {
    var mistake = wrong("args.path ==\n  callr.principal");
    assertThat(mistake.message()).contains("callr");
    assertThat(mistake.line()).isEqualTo(2);
    assertThat(mistake.column()).isEqualTo(3);
  }

  @Test
  void aConditionIsTrueOrFalse() {
    assertThat(wrong("1 + 1").message()).contains("bool");
  }

  @Test
  void itKnowsWhatItReads() {
    assertThat(Rules.when("true").reads()).isEmpty();
    assertThat(Rules.when("args.x == 1 && now > timestamp('2026-01-01T00:00:00Z')").reads())
        .containsExactlyInAnyOrder(Variable.ARGS, Variable.NOW);
    assertThat(Rules.when("caller.roles.exists(role, role == 'x')").reads())
        .containsExactly(Variable.CALLER);
  }

  @Test
  void theLongestConditionIsTakenAndALongerOneIsNot() {
    var longest = "'" + "x".repeat(Conditions.LENGTH_MAX - 8) + "' != ''";
    var padded = longest.substring(0, Math.min(longest.length(), Conditions.LENGTH_MAX));
    assertThat(Rules.CONDITIONS.compile(padded)).isInstanceOf(Compiled.Usable.class);
    assertThat(wrong(padded + " ".repeat(Conditions.LENGTH_MAX + 1 - padded.length())).message())
        .contains(Integer.toString(Conditions.LENGTH_MAX));
  }

  @Test
  void deepNestingIsRefused() {
    assertThat(Rules.CONDITIONS.compile("(".repeat(500) + "true" + ")".repeat(500)))
        .isInstanceOf(Compiled.Wrong.class);
  }

  @Test
  void aRegularExpressionTakesNoLongerThanItsTextIsLong() {
    var condition = Rules.when("args.s.matches('(a+)+$')");
    var outcome = condition.evaluate(Map.of("args", Map.of("s", "a".repeat(50_000) + "b")));
    assertThat(outcome).isEqualTo(Condition.FAILS);
  }
}
