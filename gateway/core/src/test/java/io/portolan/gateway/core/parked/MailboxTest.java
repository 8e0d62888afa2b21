package io.portolan.gateway.core.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
  private final KeptBytes kept = new KeptBytes(1 << 20);
  private final Mailbox mailbox = new Mailbox(kept);

  private static Message.Notification note(int n) {
    return (Message.Notification)
        Wire.message(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"n\":%d}}"
                .formatted(n));
  }

  private static Message.Request question(int id) {
    return Wire.request("{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"roots/list\"}".formatted(id));
  }

  private static Mailbox.End.Answered answer() {
    return new Mailbox.End.Answered(Wire.result("{}"), 200);
  }

  private Mailbox.Next next() throws InterruptedException {
    return mailbox.next(Deadline.in(Duration.ofSeconds(30)));
  }

  private void park() throws InterruptedException {
    assertThat(mailbox.asked(question(1))).isTrue();
    assertThat(next()).isInstanceOf(Mailbox.Next.Ask.class);
  }

  @Test
  void notesComeFirstThenQuestionsAndAnEndBeforeThem() throws Exception {
    mailbox.asked(question(1));
    mailbox.noted(note(1));
    assertThat(next()).isInstanceOf(Mailbox.Next.Note.class);
    assertThat(next())
        .isInstanceOfSatisfying(
            Mailbox.Next.Ask.class, ask -> assertThat(ask.questions()).hasSize(1));
    var answer = answer();
    mailbox.end(answer);
    assertThat(next()).isEqualTo(new Mailbox.Next.Over(answer));
    assertThat(mailbox.end(answer())).as("only once").isFalse();
  }

  @Test
  void nothingWithinTheDeadlineIsOutOfTime() throws Exception {
    assertThat(mailbox.next(Deadline.in(Duration.ofMillis(1))))
        .isEqualTo(new Mailbox.Next.OutOfTime());
  }

  @Test
  void soManyQuestionsAndNoMore() {
    for (int i = 0; i < 32; i++) {
      assertThat(mailbox.asked(question(i))).isTrue();
    }
    assertThat(mailbox.asked(question(32))).isFalse();
    assertThat(mailbox.answered("q1")).isNotNull();
    assertThat(mailbox.asked(question(33))).isTrue();
    assertThat(mailbox.answered("q1")).as("answered once").isNull();
  }

  @Test
  void aQuestionThatTheServerTakesBackIsNotAsked() throws Exception {
    mailbox.asked(question(1));
    mailbox.asked(question(2));
    mailbox.takenBack(Slice.utf8("1"));
    assertThat(next())
        .isInstanceOfSatisfying(
            Mailbox.Next.Ask.class,
            ask -> assertThat(ask.questions()).extracting(Question::key).containsExactly("q2"));
  }

  /** A client that is there slows its server down. */
  @Test
  void aServerWaitsForASlowClient() throws Exception {
    for (int i = 0; i < 256; i++) {
      mailbox.noted(note(i));
    }
    var done = new CountDownLatch(1);
    var server =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    mailbox.noted(note(256));
                    done.countDown();
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
    Wait.until("it waits", () -> server.getState() == Thread.State.WAITING);
    assertThat(done.getCount()).isEqualTo(1);
    next();
    Wait.on(done);
  }

  /** While none is there the newest count. */
  @Test
  void theOldestNotesMakeWayWhileTheClientIsAway() throws Exception {
    park();
    for (int i = 0; i < 300; i++) {
      mailbox.noted(note(i));
    }
    mailbox.end(answer());
    mailbox.resume();
    assertThat(next())
        .isInstanceOfSatisfying(
            Mailbox.Next.Note.class,
            first -> assertThat(first.message().bytes().text()).contains("\"n\":44}"));
    for (int i = 1; i < 256; i++) {
      assertThat(next()).isInstanceOf(Mailbox.Next.Note.class);
    }
    assertThat(next()).isInstanceOf(Mailbox.Next.Over.class);
    assertThat(kept.bytes()).isZero();
  }

  @Test
  void whatIsKeptIsBoundedOverAllCalls() throws Exception {
    var question = question(1);
    var small = new KeptBytes(2L * question.bytes().length());
    var one = new Mailbox(small);
    var two = new Mailbox(small);
    assertThat(one.asked(question)).isTrue();
    assertThat(two.asked(question)).isTrue();
    assertThat(two.asked(question(2))).isFalse();
    two.noted(note(1)); // dropped
    assertThat(two.next(Deadline.in(Duration.ofSeconds(30)))).isInstanceOf(Mailbox.Next.Ask.class);
    one.discard();
    assertThat(small.bytes()).isEqualTo(question.bytes().length());
    two.discard();
    assertThat(small.bytes()).isZero();
  }

  @Test
  void anAnswerTooLargeToKeepIsAFailureTheClientHearsOf() throws Exception {
    var large = Wire.result("\"" + "x".repeat(1 << 20) + "\"");
    park();
    mailbox.end(new Mailbox.End.Answered(large, 200));
    mailbox.resume();
    assertThat(next())
        .isInstanceOfSatisfying(
            Mailbox.Next.Over.class,
            over ->
                assertThat(over.end())
                    .isInstanceOfSatisfying(
                        Mailbox.End.Failed.class,
                        failed ->
                            assertThat(failed.failure())
                                .isInstanceOf(UpstreamFailure.BadAnswer.class)));
  }

  @Test
  void theSameAnswerIsPassedOnToAClientThatIsThere() throws Exception {
    var large = Wire.result("\"" + "x".repeat(1 << 20) + "\"");
    mailbox.end(new Mailbox.End.Answered(large, 200));
    assertThat(next()).isEqualTo(new Mailbox.Next.Over(new Mailbox.End.Answered(large, 200)));
    assertThat(kept.bytes()).isZero();
  }
}
