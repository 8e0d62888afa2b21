package io.portolan.standalone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  private final PathTemplate member = PathTemplate.of("/api/v1/tenants/{tenant}/members/{subject}");

  @Test
  void parametersAreDecodedOneByOne() {
    assertThat(member.match("/api/v1/tenants/acme/members/corp%2Falice+%20b"))
        .contains(Map.of("tenant", "acme", "subject", "corp/alice+ b"));
    assertThat(member.parameters()).containsExactly("tenant", "subject");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/tenants/acme/members",
        "/api/v1/tenants/acme/members/",
        "/api/v1/tenants/acme/members/a/b",
        "/api/v1/tenants//members/a",
        "/api/v1/tenants/acme/members/%zz",
        "/api/v1/tenants/acme/keys/a",
        "x/api/v1/tenants/acme/members/a",
        "",
        "/"
      })
  void otherPathsDoNotMatch(String path) {
    assertThat(member.match(path)).isEmpty();
  }

  @Test
  void aValueHasABound() {
    assertThat(member.match("/api/v1/tenants/acme/members/" + "x".repeat(1000))).isPresent();
    assertThat(member.match("/api/v1/tenants/acme/members/" + "x".repeat(1001))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/keys", "/api/v1/", "/api/v1/{}", "/api/v1/a{b}", "/api/v1/A"})
  void whatIsNoPathIsNoTemplate(String text) {
    assertThatThrownBy(() -> PathTemplate.of(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
