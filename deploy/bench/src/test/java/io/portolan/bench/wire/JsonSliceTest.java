package io.portolan.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSliceTest {

  @Test
  void membersAreFoundAtTheirOwnLevelOnly() {
    var json =
        slice(
            """
            { "params" : {"id": 7, "name":"inner"} , "text":"\\"id\\":8", "id" :  9.5e3 }""");
    assertThat(json.member("id").map(JsonSlice::raw)).contains("9.5e3");
    assertThat(json.at("params", "name").map(JsonSlice::text)).contains("inner");
    assertThat(json.member("name")).isEmpty();
    assertThat(json.at("params", "missing", "deeper")).isEmpty();
  }

  @Test
  void elementsAreReachedByNumber() {
    var json = slice("{\"content\":[1, [2] ,{\"text\":\"three\"}]}");
    assertThat(json.member("content").orElseThrow().elements()).hasSize(3);
    assertThat(json.at("content", "2", "text").map(JsonSlice::text)).contains("three");
    assertThat(json.at("content", "3")).isEmpty();
    assertThat(slice("[]").elements()).isEmpty();
    assertThat(slice("{}").elements()).isEmpty();
    assertThat(slice("[1]").member("a")).isEmpty();
  }

  @Test
  void escapesAreResolvedInText() {
    assertThat(slice("\"a\\n\\t\\\\\\\"\\/\\u00e9\\ud83d\\ude00\"").text())
        .isEqualTo("a\n\t\\\"/\u00e9\ud83d\ude00");
    assertThat(slice("12").text()).isEqualTo("12");
  }

  @Test
  void rawBytesAreCompared() {
    assertThat(slice("\"echo\"").is("\"echo\"")).isTrue();
    assertThat(slice("\"echo\"").is("echo")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1", "\"x", "{\"a\":1} 2", ":", "\"x\\"})
  void whatDoesNotEndIsRefused(String json) {
    assertThatThrownBy(() -> slice(json)).isInstanceOf(MalformedException.class);
  }

  @Test
  void anObjectWithoutColonIsRefused() {
    assertThatThrownBy(() -> slice("{\"a\" 1}").member("a")).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> slice("\"\\u12\"").text()).isInstanceOf(MalformedException.class);
  }

  private static JsonSlice slice(String json) {
    return JsonSlice.of(json.getBytes(StandardCharsets.UTF_8));
  }
}
