package io.portolan.inference.core.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.portolan.inference.core.hybrid.HybridIndex.Part;
import io.portolan.inference.core.hybrid.ReciprocalRanks.Fused;
import io.portolan.inference.core.hybrid.ReciprocalRanks.Ranked;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReciprocalRanksTest {
  @Test
  void whatBothRankingsHaveComesFirst() {
    var words = List.of(new Ranked("a", 9), new Ranked("b", 8), new Ranked("c", 7));
    var vectors = List.of(new Ranked("d", 0.9), new Ranked("b", 0.8));
    var fused = ReciprocalRanks.fuse(words, vectors);
    assertThat(fused).extracting(Fused::id).containsExactly("b", "a", "d", "c");
    assertThat(fused.getFirst().score()).isCloseTo(1.0 / 62 + 1.0 / 62, within(1e-12));
    assertThat(fused.getFirst().words()).isEqualTo(new Part(2, 8));
    assertThat(fused.getFirst().vector()).isEqualTo(new Part(2, 0.8));
    assertThat(fused.get(3).vector()).isEqualTo(Part.NONE);
  }

  @Test
  void nothingIsNothing() {
    assertThat(ReciprocalRanks.fuse(List.of(), List.of())).isEmpty();
  }
}
