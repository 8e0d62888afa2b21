package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.serve.LineReader.Line;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static LineReader reader(String text, int bytesMax) {
    return new LineReader(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), bytesMax);
  }

  private static Line text(String text) {
    return new Line.Text(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void linesComeOneByOneAndTheLastNeedsNoBreak() throws Exception {
    var reader = reader("one\n\ntwo", 100);
    assertThat(reader.read()).isEqualTo(text("one"));
    assertThat(reader.read()).isEqualTo(text(""));
    assertThat(reader.read()).isEqualTo(text("two"));
    assertThat(reader.read()).isEqualTo(new Line.End());
  }

  @Test
  void aLineOfTheBoundPassesAndOneByteMoreDoesNot() throws Exception {
    var reader = reader("x".repeat(10) + "\n" + "y".repeat(11) + "\nnext\n", 10);
    assertThat(reader.read()).isEqualTo(text("x".repeat(10)));
    assertThat(reader.read()).isEqualTo(new Line.TooLong());
    assertThat(reader.read()).isEqualTo(text("next"));
  }

  @Test
  void aLongLineAcrossBuffersIsWhole() throws Exception {
    var reader = reader("z".repeat(200_000) + "\n", 1 << 20);
    assertThat(reader.read()).isEqualTo(text("z".repeat(200_000)));
  }
}
