package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginGuardTest {
  private final OriginGuard guard = new OriginGuard(Set.of("mcp.example.com"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8080",
        "LOCALHOST",
        "mcp.example.com:443"
      })
  void knownHostsPass(String host) {
    assertThat(guard.refusal(Optional.of(host), Optional.empty())).isEmpty();
    assertThat(guard.refusal(Optional.of(host), Optional.of("http://" + host))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com:80", "", "[::2]:80"})
  void otherHostsDoNot(String host) {
    assertThat(guard.refusal(Optional.of(host), Optional.empty())).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"null", "http://evil.example.com", "file://localhost", "localhost", "http://a b"})
  void otherOriginsDoNot(String origin) {
    assertThat(guard.refusal(Optional.of("localhost"), Optional.of(origin))).isPresent();
  }
}
