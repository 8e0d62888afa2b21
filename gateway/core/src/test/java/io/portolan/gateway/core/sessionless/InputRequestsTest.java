package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.view.Answered;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRequestsTest {
  private static InputRequests read(int questions) {
    var all = new StringJoiner(",", "{\"inputRequests\":{", "}}");
    for (int i = 0; i < questions; i++) {
      all.add("\"k" + i + "\":{\"method\":\"roots/list\"}");
    }
    return InputRequests.read(Wire.view(all.toString()));
  }

  @Test
  void soManyQuestionsAreAskedAtATimeAndNoMore() {
    assertThat(read(InputRequests.QUESTIONS_MAX))
        .isInstanceOfSatisfying(
            InputRequests.Asked.class,
            asked -> assertThat(asked.questions()).hasSize(InputRequests.QUESTIONS_MAX));
    assertThat(read(InputRequests.QUESTIONS_MAX + 1)).isInstanceOf(InputRequests.Wrong.class);
  }

  @Test
  void oneKeyTwiceIsWrong() {
    var json =
        "{\"inputRequests\":{\"a\":{\"method\":\"roots/list\"},"
            + "\"\\u0061\":{\"method\":\"roots/list\"}}}";
    assertThat(InputRequests.read(Wire.view(json))).isInstanceOf(InputRequests.Wrong.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resultType\":\"complete\"}",
        "{}",
        "{\"resultType\":7}",
        "{\"inputRequests\":{}}"
      })
  void onlyTheResultTypeSaysSo(String result) {
    assertThat(Answered.asksForInput(Wire.view(result))).isFalse();
    assertThat(Answered.asksForInput(null)).isFalse();
    assertThat(Answered.asksForInput(Wire.view("{\"resultType\":\"input_\\u0072equired\"}")))
        .isTrue();
  }
}
