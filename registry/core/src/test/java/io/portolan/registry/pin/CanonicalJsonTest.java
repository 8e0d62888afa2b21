package io.portolan.registry.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  private static String canonical(String json) {
    return CanonicalJson.of(Json.parse(json));
  }

  /** The numbers of RFC 8785, appendix B, by the bits of each double. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000,0",
    "8000000000000000,0",
    "0000000000000001,5e-324",
    "8000000000000001,-5e-324",
    "7fefffffffffffff,1.7976931348623157e+308",
    "ffefffffffffffff,-1.7976931348623157e+308",
    "4340000000000000,9007199254740992",
    "c340000000000000,-9007199254740992",
    "4430000000000000,295147905179352830000",
    "44b52d02c7e14af5,9.999999999999997e+22",
    "44b52d02c7e14af6,1e+23",
    "44b52d02c7e14af7,1.0000000000000001e+23",
    "444b1ae4d6e2ef4e,999999999999999700000",
    "444b1ae4d6e2ef4f,999999999999999900000",
    "444b1ae4d6e2ef50,1e+21",
    "3eb0c6f7a0b5ed8c,9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d,0.000001",
    "41b3de4355555553,333333333.3333332",
    "41b3de4355555554,333333333.33333325",
    "41b3de4355555555,333333333.3333333",
    "41b3de4355555556,333333333.3333334",
    "41b3de4355555557,333333333.33333343",
    "becbf647612f3696,-0.0000033333333333333333",
    "43143ff3c1cb0959,1424953923781206.2"
  })
  void numbersAreWrittenAsTheStandardDoes(String bits, String expected) {
    var value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(CanonicalJson.number(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aNumberIsReadAsTheOneThatWasWritten(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      var value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(CanonicalJson.number(value)))
            .as("seed " + seed)
            .isEqualTo(value == 0 ? 0.0 : value);
      }
    }
  }

  @Test
  void membersAreSortedByUtf16AndTextsEscapedNoMoreThanNeeded() {
    var json =
        "{ \"\\u20ac\": 1, \"\\r\": 2.0, \"\\ufb33\": 3, \"1\": [], \"\\ud83d\\ude00\": {},"
            + " \"\\u0080\": null, \"\\u00f6\": \"\\u000f\\n\\/A\\\"\" }";
    assertThat(canonical(json))
        .isEqualTo(
            "{\"\\r\":2,\"1\":[],\"\u0080\":null,\"\u00f6\":\"\\u000f\\n/A\\\"\",\"\u20ac\":1,"
                + "\"\ud83d\ude00\":{},\"\ufb33\":3}");
  }

  @Test
  void whatMeansTheSameHasTheSameDigest() {
    var one = Json.parse("{\"b\":1.0,\"a\":[true,\"x\"]}");
    var other = Json.parse(" { \"a\" : [ true , \"\\u0078\" ] , \"b\" : 1e0 } ");
    assertThat(CanonicalJson.sha256(one)).isEqualTo(CanonicalJson.sha256(other)).hasSize(64);
    assertThat(CanonicalJson.sha256(Json.parse("{\"b\":1.5,\"a\":[true,\"x\"]}")))
        .isNotEqualTo(CanonicalJson.sha256(one));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"a\":1,\"a\":2}",
        "[1,]",
        "{\"a\" 1}",
        "01",
        "1 2",
        "\"a\nb\"",
        "\"\\x\"",
        "nul",
        "\"\\u12g4\"",
        "-",
        "1e400",
        "'a'",
        "[1}"
      })
  void otherTextsAreRefused(String text) {
    assertThatThrownBy(() -> canonical(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void depthIsBounded() {
    assertThat(canonical("[".repeat(65) + "]".repeat(65))).hasSize(130);
    assertThatThrownBy(() -> canonical("[".repeat(66) + "]".repeat(66)))
        .hasMessageContaining("deeper than 64");
  }
}
