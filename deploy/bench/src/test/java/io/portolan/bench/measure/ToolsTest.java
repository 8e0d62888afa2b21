package io.portolan.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.bench.load.BadReplyException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolsTest {

  @Test
  void toolsAreFoundBehindAnyPrefix() throws Exception {
    assertThat(Tools.among(List.of("tool_1", "bench__big", "bench__echo", "bench__progress")))
        .isEqualTo(new Tools("bench__echo", "bench__big", "bench__progress"));
  }

  @Test
  void aMissingToolIsNamed() {
    assertThatThrownBy(() -> Tools.among(List.of("echo", "progress")))
        .isInstanceOf(BadReplyException.class)
        .hasMessageContaining("'big'");
  }
}
