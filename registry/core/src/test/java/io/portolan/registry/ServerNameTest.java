package io.portolan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {
  @Test
  void aNameHasANamespaceAndAnOwnPart() {
    var name = new ServerName("io.github.acme/weather_v2.x");
    assertThat(name.namespace()).isEqualTo("io.github.acme");
    assertThat(name.own()).isEqualTo("weather_v2.x");
    assertThat(new ServerName("a/b").value()).isEqualTo("a/b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "weather", "a/b/c", "/b", "a/", "-a/b", "a./b", "a/b-", "a b/c", "a_b/c", "ä/b"
      })
  void otherFormsAreRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> new ServerName(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("com.example/weather");
  }

  @Test
  void theLongestNameIsTakenAndNoLongerOne() {
    assertThat(new ServerName("a/" + "b".repeat(198)).value()).hasSize(200);
    assertThatThrownBy(() -> new ServerName("a/" + "b".repeat(199)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
