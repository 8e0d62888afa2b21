package io.portolan.tenancy.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GlobTest {
  @Test
  void aStarStandsForAnyText() {
    var random = new Random(42);
    for (int i = 0; i < 5_000; i++) {
      var glob = text(random, "ab*", 1 + random.nextInt(5));
      var text = text(random, "ab", random.nextInt(7));
      var expected = Pattern.matches(glob.replaceAll("\\*+", ".*"), text);
      assertThat(new Glob(glob).matches(text)).as("%s on '%s'", glob, text).isEqualTo(expected);
    }
  }

  private static String text(Random random, String alphabet, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  @Test
  void theLongestPatternIsTakenAndALongerOneIsNot() {
    assertThat(new Glob("x".repeat(Glob.LENGTH_MAX)).isExact()).isTrue();
    assertThatThrownBy(() -> new Glob("x".repeat(Glob.LENGTH_MAX + 1)))
        .hasMessageContaining("1024");
  }
}
