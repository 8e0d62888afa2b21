package io.portolan.tenancy.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealingTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY =
      HEX.parseHex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  private static final byte[] CONTEXT = HEX.parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  private static final byte[] TEXT =
      HEX.parseHex(
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
              + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");

  /** Test case 16 of the specification of GCM by McGrew and Viega. */
  @Test
  void theKnownAnswerOfGcmIsGiven() throws Exception {
    var nonce = HEX.parseHex("cafebabefacedbaddecaf888");
    var sealed =
        "cafebabefacedbaddecaf888"
            + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            + "76fc6ece0f4e1768cddf8853bb2d551b";
    assertThat(HEX.formatHex(Sealing.seal(KEY, nonce, TEXT, CONTEXT))).isEqualTo(sealed);
    assertThat(Sealing.open(KEY, HEX.parseHex(sealed), CONTEXT)).isEqualTo(TEXT);
  }

  @Test
  void anyChangedBitIsNoticed() throws Exception {
    var sealed = Sealing.seal(KEY, TEXT, CONTEXT, new SecureRandom());
    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      var changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> Sealing.open(KEY, changed, CONTEXT))
          .as("bit " + bit)
          .isInstanceOf(GeneralSecurityException.class);
    }
    assertThatThrownBy(() -> Sealing.open(KEY, new byte[27], CONTEXT))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void theSameTextIsSealedDifferentlyEachTime() throws Exception {
    var random = new SecureRandom();
    assertThat(Sealing.seal(KEY, TEXT, CONTEXT, random))
        .isNotEqualTo(Sealing.seal(KEY, TEXT, CONTEXT, random));
  }

  @Test
  void noTwoContextsLookLikeOne() {
    assertThat(Sealing.context("a", "bc")).isNotEqualTo(Sealing.context("ab", "c"));
    assertThat(Sealing.context("a")).isNotEqualTo("a".getBytes(StandardCharsets.UTF_8));
  }
}
