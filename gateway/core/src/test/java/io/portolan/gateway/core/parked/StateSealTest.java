package io.portolan.gateway.core.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateSealTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final CallState STATE =
      new CallState(
          CallState.Kind.GO_ON,
          "development",
          "sübject",
          -7,
          42,
          Slice.of(new byte[32]),
          1_800_000_000_000L);

  private final StateSeal seal = new StateSeal(StateKey.random(RANDOM), RANDOM);

  @Test
  void whatWasSealedIsOpened() {
    assertThat(seal.open(seal.seal(STATE))).isEqualTo(new StateSeal.Opened.Genuine(STATE));
  }

  @Test
  void noTwoStatesLookAlikeAndNoneShowsWhatItSays() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      var text = seal.seal(STATE);
      assertThat(seen.add(text)).isTrue();
      assertThat(text).matches("[A-Za-z0-9_-]+");
      assertThat(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1))
          .doesNotContain("development");
    }
  }

  /** Property: whichever bit is changed, the state is not opened. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void noBitCanBeChanged(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      var bytes = Base64.getUrlDecoder().decode(seal.seal(STATE));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      assertThat(seal.open(text)).isNotInstanceOf(StateSeal.Opened.Genuine.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "?", "=", "UFNUMQ", "UFNUMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void whatIsTooShortOrNoBase64IsForged(String text) {
    assertThat(seal.open(text)).isEqualTo(new StateSeal.Opened.Forged());
  }

  @Test
  void whatIsTooLongIsNotEvenDecoded() {
    var text = seal.seal(STATE);
    assertThat(seal.open(text + "A".repeat(4_097 - text.length())))
        .isEqualTo(new StateSeal.Opened.Forged());
  }

  @Test
  void aStateOfAnotherProcessIsToldFromAForgedOne() {
    var other = new StateSeal(StateKey.random(RANDOM), RANDOM);
    assertThat(seal.open(other.seal(STATE))).isEqualTo(new StateSeal.Opened.OtherKey());
  }

  @Test
  void anotherKeyWithTheSameIdOpensNothing() {
    var key = StateKey.random(RANDOM);
    var one = new StateSeal(key, RANDOM);
    var two = new StateSeal(new StateKey(key.id(), StateKey.random(RANDOM).key()), RANDOM);
    assertThat(two.open(one.seal(STATE))).isEqualTo(new StateSeal.Opened.Forged());
  }

  @Test
  void theKeysIdIsReadFromTheHead() {
    var key = StateKey.random(RANDOM);
    var text = new StateSeal(key, RANDOM).seal(STATE);
    assertThat(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)).getLong(4)).isEqualTo(key.id());
  }

  @Test
  void aStateIsOfOnePrincipal() {
    assertThat(STATE.isOf(Principal.ANONYMOUS)).isFalse();
    assertThat(STATE.isOf(new Principal(Principal.ANONYMOUS.tenant(), "sübject"))).isTrue();
  }
}
