package io.portolan.standalone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private final Fields fields =
      Fields.parse(
          """
          {"text": "a", "number": 12, "flag": true, "words": ["b", "a", "b"], "null": null,
           "at": "2026-11-21T12:00:00Z", "list": [{"x": 1}], "named": {"n": {"y": "z"}}}""");

  @Test
  void membersAreReadAsWhatTheyAre() {
    assertThat(fields.text("text")).isEqualTo("a");
    assertThat(fields.required("text")).isEqualTo("a");
    assertThat(fields.number("number")).isEqualTo(12L);
    assertThat(fields.flag("flag")).isTrue();
    assertThat(fields.words("words", Set.of())).containsExactly("b", "a");
    assertThat(fields.instant("at")).isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
    assertThat(fields.objects("list").getFirst().number("x")).isEqualTo(1L);
    assertThat(fields.named("named").get("n"))
        .satisfies(inner -> assertThat(inner.text("y")).isEqualTo("z"));
  }

  @Test
  void whatIsAbsentOrNullIsNotThere() {
    for (var name : Set.of("none", "null")) {
      assertThat(fields.text(name)).isNull();
      assertThat(fields.number(name)).isNull();
      assertThat(fields.flag(name)).isNull();
      assertThat(fields.instant(name)).isNull();
      assertThat(fields.objects(name)).isEmpty();
      assertThat(fields.named(name)).isEmpty();
      assertThat(fields.words(name, Set.of("otherwise"))).containsExactly("otherwise");
      assertThatThrownBy(() -> fields.required(name)).hasMessageContaining(name + " is missing");
    }
    assertThat(fields.has("null")).isTrue();
    assertThat(fields.has("none")).isFalse();
  }

  @Test
  void whatIsOfAnotherKindIsSaid() {
    assertThatThrownBy(() -> fields.text("number"))
        .hasMessage("number is the number 12; expected a string");
    assertThatThrownBy(() -> fields.number("text")).hasMessageContaining("a whole number");
    assertThatThrownBy(() -> fields.flag("text")).hasMessageContaining("true or false");
    assertThatThrownBy(() -> fields.words("text", Set.of())).hasMessageContaining("list of");
    assertThatThrownBy(() -> fields.instant("text")).hasMessageContaining("an instant");
    assertThatThrownBy(() -> fields.objects("words")).hasMessageContaining("an object");
    assertThatThrownBy(() -> fields.named("list")).hasMessageContaining("an object of objects");
    assertThatThrownBy(() -> fields.only("text")).hasMessageContaining("unknown member");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{\"a\":1,\"a\":2}", "{} {}"})
  void whatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> Fields.parse(json)).isInstanceOf(IllegalArgumentException.class);
  }
}
