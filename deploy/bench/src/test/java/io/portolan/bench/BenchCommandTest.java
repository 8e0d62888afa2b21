package io.portolan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter said = new StringWriter();

  @Test
  void anUnknownMeasureIsNamedTogetherWithTheKnownOnes() {
    assertThat(execute("--only", "speed")).isEqualTo(2);
    assertThat(said.toString()).contains("--only speed").contains("calls, big, progress");
  }

  @ParameterizedTest
  @ValueSource(strings = {"peer", "peer=http://127.0.0.1:1/mcp", "=http://h:1/,1", "p=http://h/,1"})
  void aTargetThatCannotBeMeasuredIsRefused(String target) {
    assertThat(execute("--target", target)).isEqualTo(2);
    assertThat(said.toString()).contains("--target " + target);
  }

  @Test
  void aLauncherThatIsNotThereIsRefused() {
    assertThat(execute("--portolan", "/no/such/file")).isEqualTo(2);
  }

  private int execute(String... arguments) {
    return new CommandLine(new BenchCommand()).setErr(new PrintWriter(said)).execute(arguments);
  }
}
