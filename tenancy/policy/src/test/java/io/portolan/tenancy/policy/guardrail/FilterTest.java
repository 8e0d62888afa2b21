package io.portolan.tenancy.policy.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.policy.guardrail.Filter.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  /** Put together here, so that nobody takes the source for a leak. */
  private static final String KEY_BLOCK =
      "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIabc\n-----END RSA " + "PRIVATE KEY-----";

  @ParameterizedTest
  @CsvSource({
    "AKIA, IOSFODNN7EXAMPLE, secret:aws-key",
    "sk-, proj-abcdefghijklmnopqrstuvwx, secret:api-key",
    "ghp_, abcdefghijklmnopqrstuvwxyz0123456789, secret:github-token",
    "xoxb-, 1234567890-abcdef, secret:slack-token",
    "AIza, SyA1234567890abcdefghijklmnopqrstuv, secret:google-key",
    "eyJhbGciOiJIUzI1NiJ9, .eyJzdWIiOiIxIn0.c2lnbmF0dXJl, secret:jwt",
    "Bearer, ' abcdef0123456789abcdef', secret:bearer",
    "4111, ' 1111 1111 1111', secret:card",
    "5500, -0000-0000-0004, secret:card"
  })
  void secretsAreFoundWhereTheyStand(String head, String tail, String type) {
    var secret = head + tail;
    assertThat(Filter.secrets().find("see " + secret + " there"))
        .containsExactly(new Finding(type, 4, 4 + secret.length()));
  }

  @Test
  void aPrivateKeyIsFoundAsAWhole() {
    assertThat(Filter.secrets().find("x\n" + KEY_BLOCK + "\ny"))
        .containsExactly(new Finding("secret:private-key", 2, 2 + KEY_BLOCK.length()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "task-sk-short",
        "the bearer of news",
        "eyJ.short"
      })
  void whatOnlyLooksLikeASecretIsNone(String text) {
    assertThat(Filter.secrets().find(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ada.lovelace+x@mail.example.org, pii:email",
    "GB82 WEST 1234 5698 7654 32, pii:iban",
    "DE89370400440532013000, pii:iban",
    "123-45-6789, pii:ssn",
    "+49 30 901820, pii:phone",
    "+1 (555) 010-9999, pii:phone"
  })
  void personalDataIsFound(String text, String type) {
    assertThat(Filter.personalData().find("to " + text + " now"))
        .containsExactly(new Finding(type, 3, 3 + text.length()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a@b", "GB82 WEST 1234 5698 7654 33", "000-12-3456", "1 + 2 = 3", "v1.2.3-4567"})
  void whatOnlyLooksLikePersonalDataIsNone(String text) {
    assertThat(Filter.personalData().find(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "<IMPORTANT>, injection:phrase",
    "Ignore all previous instructions, injection:phrase",
    "do not tell the user, injection:phrase",
    "\u202E, injection:hidden-text",
    "\u200B\u2060, injection:hidden-text"
  })
  void marksOfInjectionAreFound(String text, String type) {
    assertThat(Filter.injectionMarkers().find("a " + text + " b"))
        .containsExactly(new Finding(type, 2, 2 + text.length()));
  }

  @Test
  void tagCharactersAreFoundAndEmojiAreNot() {
    assertThat(Filter.injectionMarkers().find("\uDB40\uDC41x")).hasSize(1);
    assertThat(Filter.injectionMarkers().find("\uD83D\uDC69\u200D\uD83D\uDCBB ok")).isEmpty();
  }

  @Test
  void asMuchTextAsMayBePassesAndMoreIsFound() {
    assertThat(Filter.longerThan(3).find("abc")).isEmpty();
    assertThat(Filter.longerThan(3).find("abcd"))
        .containsExactly(new Finding("size:too-long", 3, 4));
  }
}
