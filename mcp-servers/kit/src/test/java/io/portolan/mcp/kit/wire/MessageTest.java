package io.portolan.mcp.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
  private static Message parse(String text) {
    return Message.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMessageIsSortedByItsMembers() {
    assertThat(parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}"))
        .isInstanceOf(Message.Request.class);
    assertThat(parse("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{}}"))
        .isInstanceOf(Message.Notification.class);
    assertThat(parse("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}"))
        .isInstanceOf(Message.Response.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"} trailing",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"m\"}",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]",
        "1",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
      })
  void whatIsNoSingleMessageIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void nestingBeyondTheBoundIsRefused() {
    var deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);
    assertThatThrownBy(
            () -> parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + deep + "}"))
        .isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void numbersKeepEveryDigit() {
    var numbers =
        "{\"big\":123456789012345678901234567890,\"long\":0.1000000000000000055511151231257827}";
    var message =
        parse("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + numbers + "}");
    assertThat(Json.write(((Message.Request) message).params())).isEqualTo(numbers);
  }
}
