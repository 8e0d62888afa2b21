package io.portolan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.WorkingDirectory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretReferencesTest {
  @Test
  void aUrlIsShownAsItWasWritten() {
    var written = "https://a.example/${secret:one}/x?k=${secret:two}";
    var encoded = SecretReferences.encodedInUrl(written);
    assertThat(encoded).doesNotContain("{");
    assertThat(SecretReferences.decodedInUrl(encoded)).isEqualTo(written);
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String VALUE = "s3cr&t#/?value";

  @Test
  void valuesStandInHeadersAndUrl() {
    var written =
        http(
            "https://example.com/mcp?key=${secret:key}",
            Map.of("Authorization", "Bearer ${secret:token}", "X-Plain", "${NOT_A_SECRET}"));
    assertThat(SecretReferences.in(written)).containsExactlyInAnyOrder("key", "token");
    var filled =
        (ServerDefinition.Http)
            SecretReferences.filled(written, Map.of("key", VALUE, "token", "abc"));
    assertThat(filled.headers())
        .containsEntry("Authorization", "Bearer abc")
        .containsEntry("X-Plain", "${NOT_A_SECRET}");
    assertThat(filled.url())
        .as("a value cannot change where the URL leads")
        .isEqualTo(URI.create("https://example.com/mcp?key=s3cr%26t%23%2F%3Fvalue"));
  }

  @Test
  void valuesStandInArgumentsAndEnvironment() {
    var written =
        new ServerDefinition.Stdio(
            "local",
            "run",
            List.of("--key", "${secret:key}"),
            Map.of("TOKEN", "${secret:token}-${secret:key}"),
            new WorkingDirectory.Inherited(),
            TIMEOUT);
    var filled =
        (ServerDefinition.Stdio)
            SecretReferences.filled(written, Map.of("key", "$1 \\x", "token", "abc"));
    assertThat(filled.args()).containsExactly("--key", "$1 \\x");
    assertThat(filled.env()).containsEntry("TOKEN", "abc-$1 \\x");
  }

  @Test
  void aValueIsNotLookedThroughForFurtherReferences() {
    var written = http("https://example.com/mcp", Map.of("X-A", "${secret:a}"));
    var filled = SecretReferences.filled(written, Map.of("a", "${secret:b}", "b", "deep"));
    assertThat(((ServerDefinition.Http) filled).headers()).containsEntry("X-A", "${secret:b}");
  }

  @Test
  void aHeaderTakesOneLineOnly() {
    var written = http("https://example.com/mcp", Map.of("X-A", "${secret:a}"));
    assertThatThrownBy(
            () -> SecretReferences.filled(written, Map.of("a", "value\r\nX-Injected: 1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("X-A")
        .hasMessageNotContaining("value");
  }

  @Test
  void noTextShowsAValue() {
    var written =
        http("https://example.com/mcp?key=${secret:key}", Map.of("X-A", "${secret:token}"));
    var filled = SecretReferences.filled(written, Map.of("key", VALUE, "token", "abc-def"));
    assertThat(filled.toString()).doesNotContain("s3cr", "abc-def").contains("[redacted]");
    assertThat(filled.redacted("HTTP 401: unknown token abc-def for " + VALUE))
        .isEqualTo("HTTP 401: unknown token [redacted] for [redacted]");
    assertThat(written.toString()).contains("secret:key");
  }

  @Test
  void aDefinitionWithoutReferencesStaysWhatItIs() {
    var plain = http("https://example.com/mcp", Map.of("X-A", "b"));
    assertThat(SecretReferences.filled(plain, Map.of())).isSameAs(plain);
  }

  @Test
  void referencesWithoutNameOrEndAreMistakes() {
    for (var wrong : List.of("${secret:}", "${secret:a b}", "x${secret:open", "${secret:-a}")) {
      assertThat(SecretReferences.mistake(wrong)).as(wrong).isPresent();
    }
    for (var right : List.of("${secret:a}", "plain", "$secret:a", "${secret:a.b-c_1} ${OTHER}")) {
      assertThat(SecretReferences.mistake(right)).as(right).isEmpty();
    }
  }

  private static ServerDefinition.Http http(String url, Map<String, String> headers) {
    return new ServerDefinition.Http(
        "remote",
        URI.create(SecretReferences.encodedInUrl(url)),
        HttpTransport.STREAMABLE,
        headers,
        TIMEOUT);
  }
}
