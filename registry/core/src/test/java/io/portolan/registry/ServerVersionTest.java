package io.portolan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
  /** The example of Semantic Versioning 2.0.0, item 11, and numbers that no long holds. */
  private static final List<String> ASCENDING =
      List.of(
          "1.0.0-alpha",
          "1.0.0-alpha.1",
          "1.0.0-alpha.beta",
          "1.0.0-beta",
          "1.0.0-beta.2",
          "1.0.0-beta.11",
          "1.0.0-rc.1",
          "1.0.0",
          "1.0.10",
          "1.2.0",
          "2.0.0-99999999999999999999",
          "2.0.0",
          "99999999999999999999.0.0");

  @Test
  void semanticVersionsHaveTheOrderOfTheirRules() {
    for (int i = 0; i < ASCENDING.size(); i++) {
      for (int j = 0; j < ASCENDING.size(); j++) {
        var one = new ServerVersion(ASCENDING.get(i));
        var other = new ServerVersion(ASCENDING.get(j));
        assertThat(one.isSemantic()).isTrue();
        assertThat(one.follows(other)).as(one + " follows " + other).isEqualTo(i >= j);
      }
    }
  }

  @Test
  void buildsOfOneVersionFollowEachOther() {
    assertThat(new ServerVersion("1.0.0+1").follows(new ServerVersion("1.0.0+2"))).isTrue();
    assertThat(new ServerVersion("1.0.0+2").follows(new ServerVersion("1.0.0+1"))).isTrue();
  }

  @Test
  void aVersionInAnotherFormFollowsWhatWasThereBefore() {
    assertThat(new ServerVersion("2026-11-21").follows(new ServerVersion("9.0.0"))).isTrue();
    assertThat(new ServerVersion("1.0.0").follows(new ServerVersion("2026-11-21"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "LATEST", "1.x", "1.X.0", "^1.0.0", ">=1", "1.0.0 ", "*"})
  void whatNamesNoSingleVersionIsRefused(String text) {
    assertThatThrownBy(() -> new ServerVersion(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("1.4.0");
  }

  @Test
  void theLongestVersionIsTakenAndNoLongerOne() {
    assertThat(new ServerVersion("1".repeat(255)).value()).hasSize(255);
    assertThatThrownBy(() -> new ServerVersion("1".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
