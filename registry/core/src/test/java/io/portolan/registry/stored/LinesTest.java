package io.portolan.registry.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  @Test
  void pairsStandInTheOrderOfTheirNames() {
    assertThat(Lines.of(Map.of("b", "2", "a", "1=1"))).isEqualTo("a=1=1\nb=2\n");
    assertThat(Lines.read("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void whatIsWrittenIsRead(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      var pairs = new HashMap<String, String>();
      for (int n = random.nextInt(5); n > 0; n--) {
        pairs.put(text(random, 1), text(random, 0));
      }
      assertThat(Lines.read(Lines.of(pairs))).as("seed " + seed).isEqualTo(pairs);
    }
  }

  private static String text(SplittableRandom random, int min) {
    var text = new StringBuilder();
    for (int n = min + random.nextInt(6); n > 0; n--) {
      text.append("=\\\nn aé".charAt(random.nextInt(7)));
    }
    return text.toString();
  }
}
