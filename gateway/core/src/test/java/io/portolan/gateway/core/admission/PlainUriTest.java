package io.portolan.gateway.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainUriTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///tmp/a",
        "file:///tmp/a%20b",
        "test://static-text",
        "https://example.com/a?x=../y",
        "memo:note.1",
        "x+y://A/..b/c..",
        "urn:isbn:0"
      })
  void hasOneSpelling(String uri) {
    assertThat(PlainUri.isPlain(uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///tmp/../etc",
        "file:///tmp/..",
        "file:///tmp/./a",
        "FILE:///tmp/a",
        "file:///%74mp/a",
        "file:///tmp%2Fa",
        "file:///tmp/%2E%2E/a",
        "file:///a%c3%a4",
        "file:///a%",
        "file:///a%zz",
        "file:///a\\b",
        "file:///a b",
        "file:///ä",
        "file:///a%00b",
        "file:///a%25b",
        "..",
        "file:///tmp/..?x"
      })
  void hasAnother(String uri) {
    assertThat(PlainUri.isPlain(uri)).isFalse();
  }
}
