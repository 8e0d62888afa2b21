package io.portolan.gateway.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.access.Attempt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestAttemptTest {
  private static RequestAttempt of(String json) {
    return new RequestAttempt(Instant.EPOCH, Slice.utf8(json));
  }

  @Test
  void argumentsArePlainValues() throws Exception {
    assertThat(of("{\"s\":\"\\u0041\",\"n\":-7,\"d\":1.50,\"t\":true,\"f\":false}").arguments())
        .isEqualTo(Map.of("s", "A", "n", -7L, "d", 1.5, "t", true, "f", false));
    assertThat(of("{\"a\":[1,{\"b\":null}]}").arguments())
        .isEqualTo(Map.of("a", List.of(1L, Map.of("b", Attempt.Null.NULL))));
    assertThat(of("{\"large\":12345678901234567890}").arguments())
        .isEqualTo(Map.of("large", Double.valueOf("12345678901234567890")));
    assertThat(new RequestAttempt(Instant.EPOCH, null).arguments()).isEmpty();
  }

  @Test
  void theLargestArgumentsAreReadAndLargerOnesAreNot() throws Exception {
    var around = "{\"s\":\"\"}".length();
    var most = "{\"s\":\"" + "x".repeat(RequestAttempt.BYTES_MAX - around) + "\"}";
    assertThat(of(most).arguments()).hasSize(1);
    assertThatThrownBy(() -> of(most + " ").arguments())
        .isInstanceOf(Attempt.Unreadable.class)
        .hasMessageContaining(Integer.toString(RequestAttempt.BYTES_MAX));
  }

  @Test
  void asManyValuesAsThereMayBeAreReadAndMoreAreNot() throws Exception {
    var most = "1" + ",1".repeat(RequestAttempt.VALUES_MAX - 2);
    assertThat(of("{\"a\":[" + most + "]}").arguments()).hasSize(1);
    assertThatThrownBy(() -> of("{\"a\":[" + most + ",1]}").arguments())
        .isInstanceOf(Attempt.Unreadable.class);
  }

  @Test
  void argumentsThatAreNoObjectAreNotRead() {
    assertThatThrownBy(() -> of("[1]").arguments()).isInstanceOf(Attempt.Unreadable.class);
  }

  @Test
  void theHashIsOfTheExactBytes() {
    assertThat(of("{}").argumentsHash())
        .isEqualTo("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        .isNotEqualTo(of("{ }").argumentsHash());
  }
}
