package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LegacyErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "resources/read, -32602, -32002",
    "resources/read, -32603, -32603",
    "tools/call, -32602, -32602",
    "tools/call, -32601, -32601",
    "tools/call, -32021, -32600",
    "tools/call, -32020, -32603",
    "tools/call, -32022, -32603",
    "tools/call, -1, -1",
  })
  void aFailureHasTheCodeThatAnOlderClientKnows(String method, int sent, int expected) {
    var failure =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"message\":\"m\",\"code\":%d,\"data\":{\"n\":1.0}}}";
    var answer = LegacyErrors.of(method, (Message.Answer) Wire.message(failure.formatted(sent)));
    assertThat(answer.bytes().text()).isEqualTo(failure.formatted(expected));
    assertThat(answer).isInstanceOf(Message.Failure.class);
    assertThat(answer.id().text()).isEqualTo("7");
  }

  @Test
  void aResultStaysTheVeryOne() {
    var answer = Wire.result("{\"code\":-32602}");
    assertThat(LegacyErrors.of("resources/read", answer)).isSameAs(answer);
  }
}
