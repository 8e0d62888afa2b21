package io.portolan.tenancy.auth.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.auth.resource.ProtectedResources.Supported;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceTest {
  private static final URI ISSUER = URI.create("https://login.example.com");
  private static final Supported NO_SCOPES = new Supported(List.of(), List.of());
  private final ProtectedResources open =
      new ProtectedResources(
          URI.create("https://Gateway.Example.com:443/"),
          List.of(ISSUER),
          new Supported(List.of("mcp:read"), List.of("manage")));

  @ParameterizedTest
  @CsvSource({
    "https://EXAMPLE.com/mcp,https://example.com/mcp",
    "HTTPS://example.com:443/mcp/,https://example.com/mcp",
    "http://example.com:80,http://example.com",
    "https://example.com:8443/mcp/s/A,https://example.com:8443/mcp/s/A"
  })
  void whatMeansTheSameIsTheSame(String written, String canonical) {
    assertThat(ResourceUri.canonical(written)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api://x", "/mcp", "https://", "https://a b/", "https://u@h/mcp", "https://h/#f"})
  void whatIsNoResourceHasNoForm(String written) {
    assertThat(ResourceUri.canonical(written)).isNull();
  }

  @Test
  void rfc9728EachPathHasItsDocument() {
    assertThat(open.document("/.well-known/oauth-protected-resource/mcp", "evil.example"))
        .hasValueSatisfying(
            json ->
                assertThat(json)
                    .contains(
                        "\"resource\":\"https://gateway.example.com/mcp\"",
                        "\"authorization_servers\":[\"https://login.example.com\"]",
                        "\"scopes_supported\":[\"mcp:read\"]",
                        "\"bearer_methods_supported\":[\"header\"]"));
    assertThat(open.document("/.well-known/oauth-protected-resource/mcp/s/files", null))
        .hasValueSatisfying(
            json -> assertThat(json).contains("https://gateway.example.com/mcp/s/files\""));
    assertThat(open.document("/.well-known/oauth-protected-resource", null))
        .hasValueSatisfying(json -> assertThat(json).contains("example.com/mcp\""));
  }

  @Test
  void theManagementApiIsAResourceOfItsOwn() {
    assertThat(open.document("/.well-known/oauth-protected-resource/api/v1", null))
        .hasValueSatisfying(
            json ->
                assertThat(json)
                    .contains(
                        "\"resource\":\"https://gateway.example.com/api/v1\"",
                        "\"scopes_supported\":[\"manage\"]"));
    assertThat(open.document("/.well-known/oauth-protected-resource/api/v1/keys", null)).isEmpty();
  }

  @Test
  void otherPathsHaveNone() {
    for (var path : List.of("/metrics", "/mcp/s/", "/mcp/s/a/b", "/mcp/s/" + "x".repeat(257))) {
      assertThat(open.document("/.well-known/oauth-protected-resource" + path, null)).isEmpty();
    }
    assertThat(open.document("/.well-known/openid-configuration", null)).isEmpty();
  }

  @Test
  void withoutAnAuthorizationServerThereIsNoDocument() {
    var keysOnly = new ProtectedResources(null, List.of(), NO_SCOPES);
    assertThat(keysOnly.document("/.well-known/oauth-protected-resource/mcp", "h")).isEmpty();
    assertThat(keysOnly.metadataUrl("/mcp", "h")).isEmpty();
  }

  @Test
  void onThisMachineTheResourceIsWhatWasAskedFor() {
    var local = new ProtectedResources(null, List.of(ISSUER), NO_SCOPES);
    assertThat(local.resource("/mcp", "LocalHost:8080")).isEqualTo("http://localhost:8080/mcp");
    assertThat(local.resource("/mcp", "127.0.0.1:80")).isEqualTo("http://127.0.0.1/mcp");
  }

  @Test
  void rfc6750Challenges() {
    var metadata = Optional.of("https://g/.well-known/oauth-protected-resource/mcp");
    assertThat(Challenge.missing(metadata, "mcp:read"))
        .isEqualTo(
            "Bearer scope=\"mcp:read\","
                + " resource_metadata=\"https://g/.well-known/oauth-protected-resource/mcp\"");
    assertThat(Challenge.insufficientScope(metadata, "mcp:read mcp:tools:call"))
        .startsWith("Bearer error=\"insufficient_scope\", scope=\"mcp:read mcp:tools:call\", ");
    assertThat(Challenge.missing(Optional.empty(), "")).isEqualTo("Bearer");
  }

  @Test
  void whatWasSentCannotEndTheHeader() {
    assertThat(Challenge.invalidToken(Optional.empty(), "alg is x\"\r\nSet-Cookie: a=b\\", ""))
        .isEqualTo("Bearer error=\"invalid_token\", error_description=\"alg is xSet-Cookie: a=b\"");
  }
}
