package io.portolan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.registry.ServerDefinition.HttpTransport;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerDraftTest {
  private static Source.Remote remote(String url, Map<String, String> headers) {
    return new Source.Remote(URI.create(url), HttpTransport.STREAMABLE, headers, null);
  }

  private static ServerDraft draft(@Nullable String handle, String description, Source source) {
    return new ServerDraft(
        new ServerName("com.acme/weather"),
        new ServerVersion("1.0.0"),
        handle,
        "",
        description,
        "",
        source,
        Terms.DEFAULT,
        "{}");
  }

  @Test
  void theHandleIsTheOwnNameWhereNoneIsSaid() {
    var source = remote("https://weather.example/mcp", Map.of());
    assertThat(draft(null, "d", source).definition().orElseThrow().name()).isEqualTo("weather");
    assertThat(draft("w", "d", source).definition().orElseThrow().name()).isEqualTo("w");
  }

  @Test
  void packagesAreDescribedButNotReached() {
    var source =
        new Source.Packages(java.util.List.of(new Source.PackageReference("npm", "@a/b", "1.0.0")));
    assertThat(draft(null, "d", source).definition()).isEmpty();
  }

  @Test
  void aCredentialThatIsNoReferenceIsRefusedAndNotShown() {
    assertThatThrownBy(() -> remote("https://a.example", Map.of("authorization", "Bearer s3cret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("portolan secret set")
        .hasMessageNotContaining("s3cret");
    var referring = remote("https://a.example", Map.of("Authorization", "Bearer ${secret:key}"));
    assertThat(referring.headers()).containsKey("Authorization");
  }

  @Test
  void aUserInTheUrlIsRefusedAndNotShown() {
    assertThatThrownBy(() -> remote("https://me:pw@a.example", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("pw");
  }

  @Test
  void boundsHoldAtAndPastTheirEnds() {
    var source = remote("https://a.example", Map.of());
    assertThat(draft("h".repeat(64), "d".repeat(100), source).description()).hasSize(100);
    assertThatThrownBy(() -> draft(null, "d".repeat(101), source))
        .hasMessageContaining("description has 101 characters; expected 1 to 100");
    assertThatThrownBy(() -> draft(null, "", source)).hasMessageContaining("description has 0");
    assertThatThrownBy(() -> draft("h".repeat(65), "d", source)).hasMessageContaining("handle");
  }
}
