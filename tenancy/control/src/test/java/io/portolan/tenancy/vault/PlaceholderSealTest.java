package io.portolan.tenancy.vault;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.TenantId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderSealTest {
  private static final TenantId ACME = new TenantId("acme");

  private static PlaceholderSeal seal(TenantId tenant, Random random) {
    var key = new byte[PlaceholderSeal.KEY_BYTES];
    random.nextBytes(key);
    return new PlaceholderSeal(tenant, key);
  }

  private static String text(Random random, int lengthMax) {
    var text = new StringBuilder();
    for (int i = random.nextInt(lengthMax) + 1; i > 0; i--) {
      text.appendCodePoint(random.nextInt(0x20, 0x2fff));
    }
    return text.toString();
  }

  /** Whatever the text is, and whatever is changed of its placeholder. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aTextComesBackFromItsOwnPlaceholderAndFromNoOther(long seed) {
    var random = new Random(seed);
    var own = seal(ACME, random);
    var others = seal(new TenantId("globex"), random);
    for (int i = 0; i < 200; i++) {
      var text = text(random, 100);
      var placeholder = requireNonNull(own.seal("pii:email", text), "seed " + seed);
      assertThat(placeholder).matches("<email:[A-Za-z0-9_-]{38,800}>").doesNotContain(text);
      assertThat(own.open(placeholder)).as("seed %d", seed).isEqualTo(text);
      assertThat(own.seal("pii:email", text)).isEqualTo(placeholder);
      assertThat(others.open(placeholder)).isNull();
      assertThat(own.open(placeholder.replace("<email:", "<iban:"))).isNull();
      var changed = new StringBuilder(placeholder);
      // Not the last character, which may hold bits that mean nothing.
      var at = random.nextInt(7, placeholder.length() - 2);
      changed.setCharAt(at, placeholder.charAt(at) == 'A' ? 'B' : 'A');
      assertThat(own.open(changed.toString())).as("seed %d, %s", seed, changed).isNull();
    }
  }

  @Test
  void theSameKeyIsNoneForAnotherTenant() {
    var own = seal(ACME, new Random(7));
    var other = seal(new TenantId("globex"), new Random(7));
    assertThat(other.open(requireNonNull(own.seal("pii:iban", "x")))).isNull();
  }

  @Test
  void ofALongerTextThereIsNone() {
    var seal = seal(ACME, new Random(7));
    var longest = "x".repeat(PlaceholderSeal.TEXT_BYTES_MAX);
    var placeholder = requireNonNull(seal.seal("secret:key", longest));
    assertThat(placeholder).matches("<key:[A-Za-z0-9_-]{38,800}>");
    assertThat(seal.open(placeholder)).isEqualTo(longest);
    assertThat(seal.seal("secret:key", longest + "x")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<", "<>", "<:>", "<email:>", "<email:AAAA>", "email:AAAA", "<e:*>"})
  void whatIsNoPlaceholderIsNotOpened(String text) {
    assertThat(seal(ACME, new Random(7)).open(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverIsSentOpensNothing(long seed) {
    var random = new Random(seed);
    var seal = seal(ACME, random);
    for (int i = 0; i < 500; i++) {
      assertThat(seal.open("<" + text(random, 30) + ":" + text(random, 60) + ">"))
          .as("seed %d", seed)
          .isNull();
    }
  }
}
