package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

  /** The examples of the specification. */
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          us-west1,us-west1
          'Hello, 世界','=?base64?SGVsbG8sIOS4lueVjA==?='
          ' padded ','=?base64?IHBhZGRlZCA=?='
          'line1\nline2',=?base64?bGluZTEKbGluZTI=?=
          =?base64?literal?=,=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=
          us west 1,us west 1
          '\tindented',=?base64?CWluZGVudGVk?=
          '',=?base64??=
          file:///a%20b?c=d,file:///a%20b?c=d
          """)
  void textsAreEncodedOnlyWhereTheyMustBe(String text, String value) {
    assertThat(HeaderText.encode(text)).isEqualTo(value);
    assertThat(HeaderText.decode(value)).hasValue(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=?base64?SGVsbG8?=", // no padding
        "=?base64?SGVs!!!bG8=?=", // characters of no alphabet
        "=?base64?SGVsbG9=?=", // bits beyond the last byte
        "=?base64?SGVs bG8=?=",
        "=?base64?SGVsbG8==?=",
        "=?base64?_-8=?=", // the alphabet for URLs
        "=?base64?/w==?=", // no UTF-8
        "=?base64?7aCA?=", // a surrogate
        "=?base64?=", // the two marks share a character
        "caf\u00e9",
        "a\nb",
        "a\u0000b",
        "\u4e16"
      })
  void whatIsNoValueIsRefused(String value) {
    assertThat(HeaderText.decode(value)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SGVsbG8=, SGVsbG8=",
    "=?base64?SGVsbG8=, =?base64?SGVsbG8=",
    "SGVsbG8=?=, SGVsbG8=?=",
    "=?BASE64?SGVsbG8=?=, =?BASE64?SGVsbG8=?=",
    "=?utf-8?SGVsbG8=?=, =?utf-8?SGVsbG8=?=",
    "'  \techo \t ', echo"
  })
  void whatDoesNotLookEncodedIsTakenAsItIs(String value, String text) {
    assertThat(HeaderText.decode(value)).hasValue(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void anyTextSurvivesAHeader(long seed) {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 2_000; i++) {
      var text = json.text(random.nextInt(30)).replaceAll("[\\ud800-\\udfff]", "s");
      var value = HeaderText.encode(text);
      assertThat(value).matches("[ -~]+");
      assertThat(value.strip()).isEqualTo(value);
      assertThat(HeaderText.decode(" " + value + "\t")).as("seed %d", seed).hasValue(text);
    }
  }

  @Test
  void anEncodedValueCanBeEncodedAgain() {
    var twice = HeaderText.encode(HeaderText.encode("世界"));
    assertThat(HeaderText.decode(twice).flatMap(HeaderText::decode)).hasValue("世界");
  }
}
