package io.portolan.tenancy.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {
  @Test
  void aBlockIsReadInEitherFamily() {
    assertThat(AddressBlock.of("10.0.0.0/8")).isEqualTo(new AddressBlock("0a000000", 8));
    assertThat(AddressBlock.of("fc00::/7").prefix()).startsWith("fc00");
    assertThat(AddressBlock.of("0.0.0.0/0").holds(new byte[] {8, 8, 8, 8})).isTrue();
    assertThat(AddressBlock.of("0.0.0.0/0").holds(new byte[16])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "fc00::1/7",
        "host/8",
        "10.0.0/8",
        "::/129"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> AddressBlock.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Property: a block holds what lies between its first and its last address as numbers. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 2026})
  void aBlockIsARangeOfNumbers(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      var length = random.nextBoolean() ? 4 : 16;
      var bits = random.nextInt(length * 8 + 1);
      var start = bytes(random, length);
      var first = number(start).shiftRight(length * 8 - bits).shiftLeft(length * 8 - bits);
      var last = first.add(BigInteger.ONE.shiftLeft(length * 8 - bits)).subtract(BigInteger.ONE);
      var block = new AddressBlock(("%0" + length * 2 + "x").formatted(first), bits);
      var address = random.nextInt(3) == 0 ? bytes(random, length) : start;
      var n = number(address);
      assertThat(block.holds(address))
          .as("seed " + seed + ", " + block)
          .isEqualTo(n.compareTo(first) >= 0 && n.compareTo(last) <= 0);
    }
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static BigInteger number(byte[] bytes) {
    return new BigInteger(1, bytes);
  }
}
