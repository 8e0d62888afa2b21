package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
  private static final int EVENT_BYTES_MAX = 1 << 20;

  static Stream<Path> corpus() {
    return Corpus.files("corpus/sse", ".sse").stream();
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everyStreamOfTheCorpusGivesItsEvents(Path file) {
    var name = file.getFileName().toString().replace(".sse", ".events");
    assertThat(events(new ByteArrayInputStream(Corpus.bytes(file))))
        .isEqualTo(new String(Corpus.bytes(file.resolveSibling(name)), StandardCharsets.UTF_8));
  }

  /** However the network cuts a stream, its events are the same. */
  @ParameterizedTest
  @MethodSource("corpus")
  void anySplitOfAStreamGivesTheSameEvents(Path file) {
    var bytes = Corpus.bytes(file);
    var whole = events(new ByteArrayInputStream(bytes));
    var step = Math.max(1, bytes.length / 500);
    for (int at = 0; at < bytes.length; at += step) {
      assertThat(events(new Pieces(bytes, at, bytes.length))).as("cut at %d", at).isEqualTo(whole);
    }
    assertThat(events(new Pieces(bytes, 1, 1))).as("byte by byte").isEqualTo(whole);
    for (long seed = 1; seed <= 20; seed++) {
      var random = new SplittableRandom(seed);
      var pieces = new Pieces(bytes, random.nextInt(1, 9), random.nextInt(1, 5_000));
      assertThat(events(pieces)).as("seed %d", seed).isEqualTo(whole);
    }
  }

  private static String events(InputStream in) {
    var reader = new SseReader(in, EVENT_BYTES_MAX);
    var events = new StringBuilder();
    try {
      for (var event = reader.next(); event != null; event = reader.next()) {
        var id = event.id();
        var retry = event.retry();
        events.append(event.type()).append(' ');
        events.append(id == null ? "-" : jsonLikePython(id)).append(' ');
        events.append(retry == null ? "-" : Long.toString(retry.toMillis())).append(' ');
        events.append(jsonLikePython(event.data().text())).append('\n');
      }
    } catch (IOException e) {
      events.append("! ").append(e.getMessage()).append('\n');
    }
    return events.toString();
  }

  /** The way the expected events are written: everything but plain ASCII is escaped. */
  private static String jsonLikePython(String text) {
    var json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '\n' -> json.append("\\n");
        case '\t' -> json.append("\\t");
        case '"', '\\' -> json.append('\\').append(c);
        default -> json.append(c >= ' ' && c < 0x7f ? "" + c : String.format("\\u%04x", (int) c));
      }
    }
    return json.append('"').toString();
  }

  /** A stream that gives {@code first} bytes, then pieces of {@code rest}. */
  private static final class Pieces extends InputStream {
    private final ByteArrayInputStream bytes;
    private final int rest;
    private int next;

    Pieces(byte[] bytes, int first, int rest) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.next = Math.max(1, first);
      this.rest = Math.max(1, rest);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int from, int length) {
      var read = bytes.read(target, from, Math.min(length, next));
      next = rest;
      return read;
    }
  }

  /** A carriage return ends a line; waiting for a line feed would hold the event back. */
  @Test
  void anEventThatEndsWithCarriageReturnsIsDeliveredAtOnce() throws Exception {
    try (var out = new PipedOutputStream();
        var in = new PipedInputStream(out)) {
      var reader = new SseReader(in, EVENT_BYTES_MAX);
      out.write("data: x\r\r".getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(requireNonNull(reader.next()).data().text()).isEqualTo("x");
      out.write("\ndata: y\r\n\r".getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(requireNonNull(reader.next()).data().text()).isEqualTo("y");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: %s\n\n", "data: a\ndata: %s\n\n", "x: %s\ndata: a\n\n"})
  void anEventIsBounded(String form) throws IOException {
    var fixed = form.replace("%s", "").replace("\n", "").length();
    var fits = form.replace("%s", "x".repeat(1_000 - fixed));
    assertThat(reader(fits, 1_000).next()).isNotNull();
    var more = form.replace("%s", "x".repeat(1_001 - fixed));
    assertThatThrownBy(() -> reader(more, 1_000).next())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 1000 bytes");
  }

  @Test
  void aLineThatNeverEndsIsGivenUp() {
    var endless =
        new InputStream() {
          private long given;

          @Override
          public int read() {
            given++;
            return given > 10_000_000 ? -1 : 'x';
          }

          @Override
          public int read(byte[] target, int from, int length) {
            Arrays.fill(target, from, from + length, (byte) read());
            given += length;
            return length;
          }
        };
    assertThatThrownBy(() -> new SseReader(endless, 100_000).next())
        .hasMessage("line of an event longer than 100000 bytes");
    assertThat(endless.given).isLessThan(1_000_000);
  }

  @Test
  void commentsOfAnyNumberAreNoEvent() throws IOException {
    assertThat(reader(": keep-alive\n\n".repeat(10_000) + "data: x\n\n", 100).next()).isNotNull();
  }

  /** Copying what is there for every line or every read would take minutes. */
  @Test
  void aLargeEventTakesLinearTime() {
    var size = 16 << 20;
    var oneLine = ("data: " + "x".repeat(size) + "\n\n").getBytes(StandardCharsets.UTF_8);
    var manyLines = ("data: x\n".repeat(size / 8) + "\n").getBytes(StandardCharsets.UTF_8);
    for (var bytes : new byte[][] {oneLine, manyLines}) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> new SseReader(new Pieces(bytes, 100, 1_460), 2 * size).next());
    }
  }

  /** A line that outgrows the buffer is gathered elsewhere. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void whatFollowsALongLineIsNotLost(String lineEnd) throws IOException {
    var text = "0123456789".repeat(350_000);
    var stream =
        "id: 7" + lineEnd + "data: " + text + lineEnd + lineEnd + "data: next" + lineEnd + lineEnd;
    var bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (long seed = 1; seed <= 3; seed++) {
      var piece = new SplittableRandom(seed).nextInt(1_000, 100_000);
      var reader = new SseReader(new Pieces(bytes, piece, piece), bytes.length);
      var event = requireNonNull(reader.next());
      assertThat(event.id()).isEqualTo("7");
      assertThat(event.data().text().equals(text)).as("seed %d", seed).isTrue();
      assertThat(requireNonNull(reader.next()).data().text()).isEqualTo("next");
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void aLongLineMayBeAsLongAsTheBoundAndNoLonger() throws IOException {
    var bound = 3 << 20;
    assertThat(reader("data:" + "x".repeat(bound - 5) + "\n\n", bound).next()).isNotNull();
    assertThatThrownBy(() -> reader("data:" + "x".repeat(bound - 4) + "\n\n", bound).next())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than " + bound + " bytes");
  }

  @Test
  void aStreamThatBreaksOffInsideALongLineDeliversNothing() throws IOException {
    var torn = "data: " + "x".repeat(2 << 20);
    assertThatThrownBy(() -> reader(torn, 4 << 20).next())
        .hasMessage("stream ended inside an event");
    assertThat(reader(":" + torn, 4 << 20).next()).isNull();
  }

  @Test
  void eventsKeepTheirBytesWhileTheStreamGoesOn() throws IOException {
    var reader = reader("data: one\n\ndata: two\n\n" + "data: x\n\n".repeat(5_000), 100);
    var one = requireNonNull(reader.next());
    var two = requireNonNull(reader.next());
    while (reader.next() != null) {
      // the buffer is overwritten many times over
    }
    assertThat(one.data().text()).isEqualTo("one");
    assertThat(two.data().text()).isEqualTo("two");
  }

  private static SseReader reader(String stream, int eventBytesMax) {
    return new SseReader(
        new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)), eventBytesMax);
  }
}
