package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.SseEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A legacy client whose connection ends before the answer. */
@Timeout(60)
class ResumptionTest {
  private final ScriptedServer server = new ScriptedServer("one", Era.LEGACY).tools("t");
  private final ScriptedStream stream = new ScriptedStream();
  private final AtomicReference<String> response = new AtomicReference<>("");
  private GatewayFixture gateway;
  private FixedHeaders session;
  private GatewayFixture.Under call;

  ResumptionTest() throws InterruptedException {
    gateway = GatewayFixture.over();
    session = new FixedHeaders();
    call = gateway.getting(session);
  }

  @BeforeEach
  void start() throws Exception {
    server.on(
        "tools/call",
        asked -> {
          response.set(asked.response("{\"content\":[],\"answer\":true}"));
          return new Answer.Streamed(stream);
        });
    gateway = GatewayFixture.over(server);
    session = gateway.initialize("{}");
    stream.message(step(1));
    call =
        gateway.posting(session, GatewayFixture.message(1, "tools/call", "{\"name\":\"one__t\"}"));
    call.reply().awaitMessage("\"progress\":1}");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static String step(int number) {
    return GatewayFixture.notification(
        "notifications/progress", "{\"progressToken\":1,\"progress\":" + number + "}");
  }

  private String lastId() {
    return call.reply().events().stream()
        .map(SseEvent::id)
        .filter(Objects::nonNull)
        .reduce((_, last) -> last)
        .orElseThrow();
  }

  private GatewayFixture.Under resumed(String lastId) {
    return gateway.getting(session.with("Last-Event-ID", lastId));
  }

  @Test
  void theFirstEventHasAnIdToComeBackWith() throws Exception {
    var first = call.reply().events().getFirst();
    assertThat(first.id()).isNotNull();
    assertThat(first.data().length()).isZero();
    finish();
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
  }

  private void finish() {
    stream.message(response.get());
  }

  @Test
  void whoHangsUpAndComesBackReadsTheRestOnce() throws Exception {
    var last = lastId();
    call.reply().hangUp();
    stream.message(step(2));
    finish();
    assertThat(call.await().outcome()).as("a disconnect is no cancellation").isEqualTo(Outcome.OK);
    var rest = resumed(last);
    rest.await();
    assertThat(rest.reply().messages()).hasSize(2);
    assertThat(rest.reply().messages().getLast()).contains("\"answer\":true");
    assertThat(resumed(last).await().outcome())
        .as("it was read to its end, and is forgotten")
        .isEqualTo(Outcome.BAD_REQUEST);
  }

  @Test
  void whoComesBackWhileTheServerStreamsTakesTheStreamOver() throws Exception {
    var rest = resumed(lastId());
    Wait.until("it is resumed", () -> rest.reply().status() == 200);
    Wait.until("and primed", () -> !rest.reply().events().isEmpty());
    stream.message(step(2));
    rest.reply().awaitMessage("\"progress\":2}");
    finish();
    rest.reply().awaitMessage("\"answer\":true");
    rest.await();
    call.await();
    assertThat(call.reply().messages()).as("the old connection gets nothing more").hasSize(1);
    assertThat(rest.reply().messages()).hasSize(2);
  }

  @Test
  void whoIsSentAwayForAWhileFindsTheAnswerWhenItComesBack() throws Exception {
    stream.put(new MessageStream.Paused(Duration.ofMillis(700)));
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(call.reply().isOver()).isTrue();
    assertThat(call.reply().body()).contains("retry: 700");
    finish();
    var rest = resumed(lastId());
    rest.await();
    assertThat(rest.reply().messages()).singleElement().asString().contains("\"answer\":true");
  }

  /** An SDK comes back when a stream ends without an answer; 204 keeps it from coming again. */
  @Test
  void whoComesBackToACallThatItCancelledIsToldThatNothingFollows() throws Exception {
    var last = lastId();
    server.onSent(_ -> stream.put(new MessageStream.Ended()));
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/cancelled", "{\"requestId\":1}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    for (int times = 0; times < 2; times++) {
      var back = resumed(last);
      assertThat(back.await().outcome()).isEqualTo(Outcome.OK);
      assertThat(back.reply().status()).isEqualTo(204);
    }
    assertThat(gateway.gateway().gauges().streams()).isZero();
  }

  @Test
  void aServerThatFailsAfterThatIsToldToWhoComesBack() throws Exception {
    stream.put(new MessageStream.Paused(Duration.ofMillis(1)));
    call.await();
    stream.put(new MessageStream.Broken(new UpstreamFailure.TimedOut("late", true)));
    var rest = resumed(lastId());
    rest.await();
    assertThat(rest.reply().messages()).singleElement().asString().contains("-31011");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "99-1", "-1-1", "0-7", "1-9999"})
  void anIdThatMeansNothingIsRefusedRatherThanGivenAnotherStream(String id) throws Exception {
    var refused = resumed(id);
    assertThat(refused.await().outcome()).isEqualTo(Outcome.BAD_REQUEST);
    assertThat(refused.reply().status()).isEqualTo(400);
    finish();
    call.await();
  }

  @Test
  void aSessionThatEndsEndsItsCalls() throws Exception {
    gateway.delete(session);
    stream.put(new MessageStream.Broken(new UpstreamFailure.Cancelled("closed")));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().isOver()).isTrue();
  }

  @Test
  void aBugWhileStreamingLeavesNothingUnderWay() throws Exception {
    stream.put(new MessageStream.Received(unreadable()));
    Wait.until("the call ended", () -> call.task().isDone());
    assertThat(call.reply().isOver()).isTrue();
    stream.awaitClosed();
    assertThat(gateway.call(session, 1, "tools/call", "{\"name\":\"one__none\"}").body())
        .contains("-32602");
  }

  /** A message that cannot be rewritten: its id is not part of its bytes. */
  private static Message unreadable() {
    return new Message.Result(Slice.utf8("{}"), Slice.utf8("7"), Slice.utf8("{}"), null);
  }
}
