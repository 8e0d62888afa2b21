package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongBytesTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        LongBytes.PIECE_BYTES - 1,
        LongBytes.PIECE_BYTES,
        LongBytes.PIECE_BYTES + 1,
        3_500_000
      })
  void whatIsAddedComesBackInItsOrder(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    try (var gathered = new LongBytes()) {
      for (int at = 0, part = 1; at < length; at += part, part = 3 * part + 1) {
        gathered.add(bytes, at, Math.min(part, length - at));
      }
      assertThat(gathered.size()).isEqualTo(length);
      assertThat(Arrays.equals(gathered.all(), bytes)).isTrue();
    }
  }

  @Test
  void roomIsWhatIsLeftOfThePieceUnderWay() {
    try (var gathered = new LongBytes()) {
      assertThat(gathered.room()).isZero();
      gathered.add(new byte[10], 3, 7);
      assertThat(gathered.room()).isEqualTo(LongBytes.PIECE_BYTES - 7);
    }
  }
}
