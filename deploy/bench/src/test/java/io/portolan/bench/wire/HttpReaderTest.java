package io.portolan.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
  private static final String FIXED =
      "HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nContent-Type: application/json\r\n\r\nhello";
  private static final String CHUNKED =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "Transfer-Encoding: chunked",
          "Content-Type: text/event-stream",
          "",
          "3;ext=1",
          "hel",
          "2",
          "lo",
          "0",
          "Trailer: x",
          "",
          "");

  private final HttpReader reader = new HttpReader();

  @ParameterizedTest
  @MethodSource("framings")
  void aMessageIsReadHoweverItsBytesAreCut(String message) {
    for (var size = 1; size <= message.length(); size++) {
      var fresh = new HttpReader();
      var complete = false;
      for (var from = 0; from < message.length(); from += size) {
        assertThat(complete).isFalse();
        feed(fresh, message.substring(from, Math.min(message.length(), from + size)));
        complete = fresh.complete();
      }
      assertThat(complete).isTrue();
      assertThat(fresh.status()).isEqualTo(200);
      assertThat(fresh.bodyText()).isEqualTo("hello");
      fresh.next();
      assertThat(fresh.idle()).isTrue();
    }
  }

  static Stream<String> framings() {
    return Stream.of(FIXED, CHUNKED);
  }

  @Test
  void messagesThatComeTogetherAreReadOneByOne() {
    feed(reader, FIXED + CHUNKED + FIXED);
    for (var n = 0; n < 3; n++) {
      assertThat(reader.complete()).isTrue();
      assertThat(reader.bodyText()).isEqualTo("hello");
      assertThat(reader.eventStream()).isEqualTo(n == 1);
      reader.next();
    }
    assertThat(reader.complete()).isFalse();
    assertThat(reader.idle()).isTrue();
  }

  @Test
  void aGrowingBodyCanBeWatched() {
    feed(reader, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n");
    assertThat(reader.complete()).isFalse();
    assertThat(reader.headRead()).isTrue();
    assertThat(reader.bodyText()).isEqualTo("hel");
  }

  @Test
  void aBodyWithoutLengthEndsWithTheConnection() {
    feed(reader, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    assertThat(reader.complete()).isFalse();
    reader.received(-1);
    assertThat(reader.complete()).isTrue();
    assertThat(reader.bodyText()).isEqualTo("hello");
    assertThat(reader.keepAlive()).isFalse();
  }

  @Test
  void headersAreFoundByNameWhateverTheirCase() {
    feed(reader, "HTTP/1.1 200 OK\r\nMCP-Session-ID:  abc \r\nContent-Length: 0\r\n\r\n");
    assertThat(reader.complete()).isTrue();
    assertThat(reader.header("mcp-session-id")).contains("abc");
    assertThat(reader.header("mcp-session")).isEmpty();
  }

  @Test
  void aRequestIsToldByItsStart() {
    feed(reader, "DELETE /mcp HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(reader.complete()).isTrue();
    assertThat(reader.startsWith("DELETE /mcp ")).isTrue();
    assertThat(reader.startsWith("POST ")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nContent-Le"
      })
  void aConnectionClosedInsideAMessageIsFoundOut(String torn) {
    feed(reader, torn);
    reader.received(-1);
    assertThatThrownBy(reader::complete).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n"
      })
  void whatIsNoHttpIsRefused(String bytes) {
    feed(reader, bytes);
    assertThatThrownBy(reader::complete).isInstanceOf(MalformedException.class);
  }

  @Test
  void anEndlessHeadIsRefused() {
    assertThatThrownBy(
            () -> {
              feed(reader, "HTTP/1.1 200 OK\r\n");
              for (var n = 0; n < 1000; n++) {
                feed(reader, "X-Header: " + "x".repeat(100) + "\r\n");
                assertThat(reader.complete()).isFalse();
              }
            })
        .isInstanceOf(MalformedException.class);
  }

  static void feed(HttpReader reader, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    for (var from = 0; from < bytes.length; ) {
      var room = reader.room();
      var count = Math.min(room.remaining(), bytes.length - from);
      room.put(bytes, from, count);
      reader.received(count);
      from += count;
    }
  }
}
