package io.portolan.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class SseCursorTest {
  private static final String STREAM =
      ": a comment\n\nid: 1\ndata:\n\nevent: message\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:two\n\ndata: torn";

  @Test
  void eventsComeOnceEachAsSoonAsTheyAreWhole() {
    var body = STREAM.getBytes(StandardCharsets.UTF_8);
    var cursor = new SseCursor();
    var events = new ArrayList<String>();
    for (var to = 0; to <= body.length; to++) {
      for (var event = cursor.next(body, 0, to);
          event.isPresent();
          event = cursor.next(body, 0, to)) {
        events.add(new String(event.get(), StandardCharsets.UTF_8));
      }
    }
    assertThat(events).containsExactly("{\"a\":\n1}", "two");
    assertThat(cursor.offset()).isEqualTo(STREAM.indexOf("data: torn"));
  }
}
