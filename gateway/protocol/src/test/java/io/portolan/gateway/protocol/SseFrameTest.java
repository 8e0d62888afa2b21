package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseFrameTest {

  @Test
  void aMessageIsOneEvent() {
    assertThat(SseFrame.message(null, Payload.of("{}")))
        .hasToString("event: message\ndata: {}\n\n");
    assertThat(SseFrame.message("s-1", Payload.of("{}")))
        .hasToString("id: s-1\nevent: message\ndata: {}\n\n");
  }

  @Test
  void lineBreaksBetweenTokensBecomeSpaces() {
    assertThat(SseFrame.message(null, Payload.of("{\r\n\"a\":\r1,\n\"b\" : [\n\n]}")))
        .hasToString("event: message\ndata: {  \"a\": 1, \"b\" : [  ]}\n\n");
  }

  /** However a message is cut into pieces, its event is one data line and reads as the message. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void anyMessageInAnyPiecesIsReadAsItWas(long seed) throws Exception {
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var text = Slice.utf8(new RandomJson(random).value(4));
      var cuts = new ArrayList<Payload>();
      for (int at = 0; at < text.length(); ) {
        var to = Math.min(text.length(), at + random.nextInt(1, 30));
        cuts.add(Payload.of(new Slice(text.array(), at, to)));
        at = to;
      }
      var frame = SseFrame.message("7", Payload.concat(cuts)).join();
      assertThat(frame.text())
          .doesNotContain("\r")
          .satisfies(f -> assertThat(f.lines()).hasSize(4));
      var event = new SseReader(new ByteArrayInputStream(frame.toBytes()), 1 << 20).next();
      assertThat(event).isNotNull();
      assertThat(requireNonNull(event).data().text())
          .as("seed %d, round %d", seed, round)
          .isEqualTo(text.text().replace('\r', ' ').replace('\n', ' '));
    }
  }

  @Test
  void openingAndClosingEventsHaveEmptyData() {
    assertThat(SseFrame.priming("s-0")).hasToString("id: s-0\ndata: \n\n");
    assertThat(SseFrame.retry("s-9", 500)).hasToString("id: s-9\nretry: 500\ndata: \n\n");
    assertThat(SseFrame.retry(null, 500)).hasToString("retry: 500\ndata: \n\n");
    assertThat(SseFrame.keepAlive()).hasToString(": keep-alive\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\0b"})
  void anIdThatWouldBreakTheStreamIsRefused(String id) {
    assertThatThrownBy(() -> SseFrame.message(id, Payload.of("{}")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SseFrame.priming(id)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SseFrame.retry(id, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
