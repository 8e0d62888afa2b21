package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AuditKeysTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] INPUT = "{\"path\":\"/etc/passwd\"}".getBytes(StandardCharsets.UTF_8);

  /** RFC 8032, section 7.1, test 1. */
  @Test
  void aSeedGivesTheKeysAndSignaturesOfRfc8032() throws Exception {
    var pair =
        AuditKeys.pair(
            HEX.parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
    var encoded = pair.getPublic().getEncoded();
    assertThat(HEX.formatHex(encoded, encoded.length - 32, encoded.length))
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    var signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    assertThat(HEX.formatHex(signature.sign()))
        .isEqualTo(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
                + "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  }

  @Test
  void theHashOfArgumentsIsHmacWithAKeyDerivedForTheTenant() throws Exception {
    var secret = HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    var extracted = hmac(new byte[32], secret);
    var info = "portolan audit input key 1 acme".getBytes(StandardCharsets.UTF_8);
    var expandedOnce = Arrays.copyOf(info, info.length + 1);
    expandedOnce[info.length] = 1; // RFC 5869: T(1) = HMAC(PRK, info | 0x01)
    var expected = hmac(hmac(extracted, expandedOnce), INPUT);

    assertThat(AuditKeys.of(secret).inputHash(Chains.ACME, INPUT, 0, INPUT.length))
        .isEqualTo("hmac-sha256:" + HEX.formatHex(expected));
  }

  private static byte[] hmac(byte[] key, byte[] data) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  @Test
  void tenantsHashTheSameArgumentsDifferently() {
    var keys = Chains.KEYS;
    var ours = keys.inputHash(Chains.ACME, INPUT, 0, INPUT.length);
    assertThat(keys.inputHash(Chains.ACME, INPUT, 0, INPUT.length)).isEqualTo(ours);
    assertThat(keys.inputHash(Chains.OTHER, INPUT, 0, INPUT.length)).isNotEqualTo(ours);
    assertThat(keys.inputHash(Chains.ACME, INPUT, 1, INPUT.length)).isNotEqualTo(ours);
  }

  @Test
  void onlyTheKeysOwnSignatureCounts() {
    var signature = Chains.KEYS.sign("statement");
    assertThat(AuditKeys.signed(Chains.KEYS.publicKey(), "statement", signature)).isTrue();
    assertThat(AuditKeys.signed(Chains.KEYS.publicKey(), "another", signature)).isFalse();
    assertThat(AuditKeys.signed(Chains.KEYS.publicKey(), "statement", Bytes.of("short"))).isFalse();
    var other =
        AuditKeys.of("another secret of at least 32 bytes!".getBytes(StandardCharsets.UTF_8));
    assertThat(AuditKeys.signed(other.publicKey(), "statement", signature)).isFalse();
  }

  @Test
  void aShortSecretIsRefusedAndNoneIsShown() {
    assertThatThrownBy(() -> AuditKeys.of(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31 bytes; expected 32");
    var secret = "0123456789abcdef0123456789abcdef";
    assertThat(AuditKeys.of(secret.getBytes(StandardCharsets.UTF_8)).toString())
        .doesNotContain("0123456789abcdef0");
  }
}
