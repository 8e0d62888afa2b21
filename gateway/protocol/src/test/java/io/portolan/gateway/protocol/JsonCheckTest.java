package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.portolan.gateway.protocol.JsonLimits.Duplicates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCheckTest {
  private static final JsonLimits LIMITS =
      new JsonLimits(1 << 24, 64, 1_000_000, 100, Duplicates.REFUSE);

  static Stream<Path> corpus() {
    return Corpus.files("corpus/json", ".json").stream();
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everyFileOfTheCorpusIsJudgedByItsFirstLetter(Path file) {
    var text = Slice.of(Corpus.bytes(file));
    if (file.getFileName().toString().startsWith("y_")) {
      assertThatCode(() -> JsonCheck.value(text, LIMITS)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> JsonCheck.value(text, LIMITS)).isInstanceOf(MalformedJson.class);
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void whatSurroundsATextInItsArrayIsNeverRead(Path file) throws Exception {
    var text = Corpus.bytes(file);
    for (var around : new String[] {"", "\"", "1", "}", "\\\"", "        ", "\"\":1,"}) {
      var guard = around.getBytes(StandardCharsets.UTF_8);
      var bytes = new byte[text.length + 2 * guard.length];
      System.arraycopy(guard, 0, bytes, 0, guard.length);
      System.arraycopy(text, 0, bytes, guard.length, text.length);
      System.arraycopy(guard, 0, bytes, guard.length + text.length, guard.length);
      var inside = new Slice(bytes, guard.length, guard.length + text.length);
      assertThat(verdict(inside)).as("between '%s'", around).isEqualTo(verdict(Slice.of(text)));
    }
  }

  private static String verdict(Slice text) {
    try {
      return JsonCheck.value(text, LIMITS).text();
    } catch (MalformedJson e) {
      return String.valueOf(e.getMessage()).replaceAll(" at byte [0-9]+", "");
    }
  }

  @Test
  void theValueComesWithoutTheSpaceAroundIt() throws Exception {
    assertThat(JsonCheck.value(Slice.utf8(" \r\n{\"a\": 1}\t "), LIMITS).text())
        .isEqualTo("{\"a\": 1}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 128, 1_000})
  void depthIsBounded(int depthMax) {
    var limits = new JsonLimits(1 << 20, depthMax, 1_000_000, 100, Duplicates.REFUSE);
    for (var unit : new String[] {"[|]", "{\"a\":|}", "[[],{\"a\":[|]}]"}) {
      var levels = unit.startsWith("[[") ? 3 : 1;
      var fits = nested(unit, depthMax / levels);
      assertThatCode(() -> JsonCheck.value(fits, limits)).doesNotThrowAnyException();
      var deeper = nested(unit, depthMax / levels + 1);
      assertThatThrownBy(() -> JsonCheck.value(deeper, limits))
          .isInstanceOfSatisfying(MalformedJson.class, e -> assertThat(e.isLimit()).isTrue())
          .hasMessage("nested deeper than " + depthMax + " levels");
    }
  }

  private static Slice nested(String unit, int times) {
    var parts = unit.split("\\|");
    return Slice.utf8(parts[0].repeat(times) + "1" + parts[1].repeat(times));
  }

  @Test
  void sizeIsBounded() {
    var text = Slice.utf8("\"" + "x".repeat(98) + "\"");
    assertThatCode(() -> JsonCheck.value(text, LIMITS.withBytesMax(100)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> JsonCheck.value(text, LIMITS.withBytesMax(99)))
        .hasMessage("message has 100 bytes, at most 99 allowed");
  }

  @Test
  void tokensAreBounded() {
    var text = Slice.utf8("{\"a\":[1,2,{}],\"b\":\"c\"}"); // 8 of them
    assertThatCode(() -> JsonCheck.value(text, tokens(8))).doesNotThrowAnyException();
    assertThatThrownBy(() -> JsonCheck.value(text, tokens(7)))
        .hasMessage("more than 7 values and names");
  }

  private static JsonLimits tokens(int tokensMax) {
    return new JsonLimits(1 << 20, 64, tokensMax, 100, Duplicates.REFUSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "-%s", "0.%s", "1e%s", "-1.%se5"})
  void numbersAreBounded(String form) {
    var max = form.replace("%s", "1".repeat(100 - form.length() + 2));
    assertThat(max).hasSize(100);
    assertThatCode(() -> JsonCheck.value(Slice.utf8(max), LIMITS)).doesNotThrowAnyException();
    var more = form.replace("%s", "1".repeat(101 - form.length() + 2));
    assertThatThrownBy(() -> JsonCheck.value(Slice.utf8(more), LIMITS))
        .hasMessage("number longer than 100 bytes");
  }

  @Test
  void duplicatesPassWhereTheLimitsAllowThem() throws Exception {
    var limits = new JsonLimits(1 << 20, 64, 1_000, 100, Duplicates.ALLOW);
    assertThat(JsonCheck.value(Slice.utf8("{\"a\":1,\"a\":2}"), limits).length()).isEqualTo(13);
  }

  @Test
  void aProblemNamesItsPlace() {
    assertThatThrownBy(() -> JsonCheck.value(Slice.utf8("{\"a\":1,}"), LIMITS))
        .hasMessage("expected a member name at byte 7");
    assertThatThrownBy(() -> JsonCheck.value(Slice.utf8("{\"a\":1,\"a\":2}"), LIMITS))
        .hasMessage("duplicate member \"a\" at byte 7");
  }

  @Test
  void aLongDuplicateNameIsCutInTheMessage() {
    var name = "\"" + "n".repeat(5_000) + "\"";
    assertThatThrownBy(() -> JsonCheck.value(Slice.utf8("{" + name + ":1," + name + ":2}"), LIMITS))
        .hasMessage("duplicate member \"" + "n".repeat(63) + "... at byte 5006");
  }

  /** Comparing each name with each other would take minutes. */
  @Test
  void aHundredThousandNamesTakeLinearTime() {
    var names = new StringBuilder("{\"n\":0");
    for (int i = 0; i < 400_000; i++) {
      names.append(",\"n").append(i).append("\":0");
    }
    var text = Slice.utf8(names.append('}').toString());
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> JsonCheck.value(text, LIMITS));
  }

  /** All of them have the same String.hashCode, length, and first, middle and last character. */
  @Test
  void namesThatCollideInSimplerHashesTakeLinearTime() {
    var names = new StringBuilder("{");
    for (int i = 0; i < 1 << 17; i++) {
      names.append(i == 0 ? "\"<" : ",\"<");
      for (int bit = 0; bit < 17; bit++) {
        names.append(bit == 8 ? "==" : "").append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
      }
      names.append(">\":0");
    }
    var text = Slice.utf8(names.append('}').toString());
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> JsonCheck.value(text, LIMITS));
  }

  /** Every object has a table of its own or none; a closed one must not slow the next one down. */
  @Test
  void manyObjectsOfManyNamesTakeLinearTime() {
    var object = new StringBuilder("{");
    for (int i = 0; i < 20; i++) {
      object.append(i == 0 ? "\"" : ",\"").append(i).append("\":0");
    }
    var text = Slice.utf8("[" + (object + "},").repeat(20_000) + "0]");
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> JsonCheck.value(text, LIMITS));
  }
}
