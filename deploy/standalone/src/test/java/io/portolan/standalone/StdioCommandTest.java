package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class StdioCommandTest {
  private static final URI REMOTE = URI.create("https://gateway.example.com/mcp");

  private final StdioCommand command = new StdioCommand(new Assembly());

  StdioCommandTest() {
    var _ = new CommandLine(command); // gives the command its specification
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://gateway.example.com/mcp",
        "http://127.0.0.1:8080/mcp",
        "http://localhost:8080/mcp",
        "http://[::1]:8080/mcp"
      })
  void aTokenIsShownAsABearer(String endpoint) {
    assertThat(command.withToken(URI.create(endpoint), Map.of("X", "1"), " ptl_x\n"))
        .isEqualTo(Map.of("X", "1", "Authorization", "Bearer ptl_x"));
  }

  @Test
  void withoutATokenOrWithAProofOfOnesOwnNothingIsAdded() {
    var own = Map.of("authorization", "Bearer own");
    assertThat(command.withToken(REMOTE, own, "ptl_x")).isEqualTo(own);
    assertThat(command.withToken(REMOTE, Map.of(), null)).isEmpty();
    assertThat(command.withToken(REMOTE, Map.of(), " ")).isEmpty();
  }

  @Test
  void aTokenIsNotSentInTheClearToAnotherMachine() {
    var endpoint = URI.create("http://gateway.example.com/mcp");
    assertThatThrownBy(() -> command.withToken(endpoint, Map.of(), "ptl_secret"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("without TLS")
        .hasMessageNotContaining("ptl_secret");
  }
}
