package io.portolan.gateway.upstream.stdio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.upstream.calls.Pace;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  private static final int MIB = 1 << 20;
  private static final int LINE_BYTES_MAX = 4 * MIB;

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, MIB - 1, MIB, MIB + 1, 2 * MIB + 7, LINE_BYTES_MAX})
  void readsALineOfAnyLengthUpToTheLimit(int length) throws Exception {
    var line = "x".repeat(length);

    assertThat(read("before\n" + line + "\nafter\n")).containsExactly("before", line, "after");
    assertThat(read("before\n" + line)).containsExactly("before", line);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, MIB - 2, MIB, 3 * MIB})
  void skipsABlankLineOfAnyLength(int length) throws Exception {
    assertThat(read("a\r\n" + " ".repeat(length) + "\r\nb" + "\t".repeat(length)))
        .containsExactly("a", "b");
    assertThat(read("a\n" + " ".repeat(length))).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\nafter"})
  void refusesALineOverTheLimit(String end) {
    var text = "before\n" + "x".repeat(LINE_BYTES_MAX + 1) + end;

    assertThatThrownBy(() -> read(text))
        .isInstanceOf(LineReader.LineTooLong.class)
        .hasMessageContaining(Integer.toString(LINE_BYTES_MAX));
  }

  @Test
  void cutsWhateverComesInAnyPieces() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var lines = new ArrayList<String>();
      for (int i = 0; i < 20; i++) {
        var length = random.nextInt(10) == 0 ? random.nextInt(3 * MIB) : 1 + random.nextInt(5_000);
        lines.add(Character.toString('a' + i).repeat(Math.max(1, length)));
      }
      assertThat(read(String.join(random.nextBoolean() ? "\n" : "\r\n", lines), random))
          .as("seed %d", seed)
          .isEqualTo(lines);
    }
  }

  private static List<String> read(String text) throws Exception {
    return read(text, new Random(1));
  }

  private static List<String> read(String text, Random random) throws Exception {
    var reader =
        new LineReader(
            inPieces(text.getBytes(ISO_8859_1), random), LINE_BYTES_MAX, Pace.ofAnswers());
    var lines = new ArrayList<String>();
    for (var line = reader.next(); line != null; line = reader.next()) {
      lines.add(line.text());
    }
    return lines;
  }

  private static InputStream inPieces(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int at, int length) {
        return super.read(target, at, Math.min(length, 1 + random.nextInt(100_000)));
      }
    };
  }
}
