package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final Deadline LONG = Deadline.in(Duration.ofMinutes(1));

  private final Questions questions = new Questions();

  private static InputRequests.Question question(String key, String method) {
    return new InputRequests.Question(Slice.utf8(key), method, null);
  }

  @Test
  void aDeadlineNamesWhatWasNotAnswered() throws Exception {
    questions.ask(1, question("\"a\"", "roots/list"));
    questions.ask(2, question("\"b\"", "elicitation/create"));
    questions.answered(1, Wire.view("{\"id\":1,\"result\":{}}"));
    assertThat(questions.await(Deadline.in(Duration.ofMillis(1))))
        .isEqualTo(new Questions.Outcome.TimedOut("elicitation/create"));
    assertThat(questions.takeBack()).containsExactly(2L);
  }

  @Test
  void aSecondAnswerChangesNothing() throws Exception {
    questions.ask(1, question("\"a\"", "roots/list"));
    questions.answered(1, Wire.view("{\"id\":1,\"result\":{\"n\":1.0}}"));
    questions.answered(1, Wire.view("{\"id\":1,\"result\":{\"n\":2}}"));
    questions.answered(9, Wire.view("{\"id\":9,\"result\":{\"n\":3}}"));
    assertThat(questions.await(LONG))
        .isEqualTo(new Questions.Outcome.Complete(Slice.utf8("{\"a\":{\"n\":1.0}}")));
  }

  @Test
  void whatIsGivenUpIsNotWaitedFor() throws Exception {
    questions.ask(1, question("\"a\"", "roots/list"));
    questions.giveUp();
    assertThat(questions.await(LONG)).isInstanceOf(Questions.Outcome.GivenUp.class);
    assertThat(questions.pause(LONG)).isFalse();
  }

  @Test
  void aResultThatIsNoObjectIsRefused() throws Exception {
    questions.ask(1, question("\"a\"", "roots/list"));
    questions.answered(1, Wire.view("{\"id\":1,\"result\":7}"));
    assertThat(questions.await(LONG))
        .isEqualTo(new Questions.Outcome.Refused("roots/list", Slice.utf8("{}")));
  }
}
