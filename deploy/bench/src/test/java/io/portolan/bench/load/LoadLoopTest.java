package io.portolan.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.bench.load.FakeServer.Answer;
import io.portolan.bench.load.FakeServer.CallAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadLoopTest {

  @Test
  void rightRepliesAreCountedAndEachCallHasAnIdOfItsOwn() throws Exception {
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    var repeated = ConcurrentHashMap.<Long>newKeySet();
    var result =
        run(
            (_, id) -> {
              if (!seen.add(id)) {
                repeated.add(id);
              }
              return Answer.json(FakeServer.echoed(id));
            });
    assertThat(result.errors()).isEmpty();
    assertThat(result.units()).isPositive().isEqualTo(result.identical());
    assertThat(result.latency().count()).isEqualTo(result.units());
    assertThat(result.units()).isLessThanOrEqualTo(seen.size());
    assertThat(repeated).isEmpty();
  }

  @Test
  void aReplyWithAnothersIdIsAnError() throws Exception {
    assertError(
        (n, id) -> Answer.json(FakeServer.echoed(n == 20 ? id - 1 : id)),
        "expected the answer to id");
  }

  @Test
  void aReplyWithTheRightIdAndAnothersContentIsAnError() throws Exception {
    assertError(
        (n, id) ->
            Answer.json(
                n == 20
                    ? FakeServer.echoed(id)
                        .replace(FakeServer.content(id), FakeServer.content(id - 1))
                    : FakeServer.echoed(id)),
        "the content differs");
  }

  @Test
  void aReplyThatIsCutOffIsAnError() throws Exception {
    assertError(
        (n, id) -> {
          var whole = FakeServer.http(FakeServer.echoed(id));
          return n == 20
              ? new Answer(whole.substring(0, whole.length() - 7), true)
              : new Answer(whole, false);
        },
        "closed inside a message");
  }

  @Test
  void aReplyThatIsWholeForHttpButTornAsJsonIsAnError() throws Exception {
    assertError(
        (n, id) -> {
          var body = FakeServer.echoed(id);
          return Answer.json(n == 20 ? body.substring(0, body.length() - 7) : body);
        },
        "does not end");
  }

  @Test
  void aConnectionClosedInsteadOfAReplyIsAnError() throws Exception {
    assertError(
        (n, id) -> n == 20 ? new Answer("", true) : Answer.json(FakeServer.echoed(id)),
        "closed while a reply was due");
  }

  @Test
  void twoRepliesToOneCallAreAnError() throws Exception {
    assertError(
        (n, id) -> {
          var one = FakeServer.http(FakeServer.echoed(id));
          return new Answer(n == 20 ? one + one : one, false);
        },
        "bytes came after the reply");
  }

  @Test
  void anErrorStatusAndAJsonRpcErrorAreErrors() throws Exception {
    assertError(
        (n, id) ->
            n == 20
                ? new Answer("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", false)
                : Answer.json(FakeServer.echoed(id)),
        "expected status 200");
    assertError(
        (n, id) ->
            n == 20
                ? Answer.json("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":-32603}}")
                : Answer.json(FakeServer.echoed(id)),
        "expected a result");
  }

  @Test
  void jsonWrittenAnotherWayIsRightButNotIdentical() throws Exception {
    var result =
        run(
            (_, id) ->
                Answer.json(
                    "{ \"result\": {\"content\": [ %s ]}, \"id\": %d, \"jsonrpc\":\"2.0\"}"
                        .formatted(FakeServer.content(id).replace("call", "\\u0063all"), id)));
    assertThat(result.errors()).isEmpty();
    assertThat(result.units()).isPositive();
    assertThat(result.identical()).isZero();
  }

  @Test
  void anAnswerOnAnEventStreamIsRightUnlessItsLastEventIsTorn() throws Exception {
    var result = run((_, id) -> new Answer(sse("data: " + FakeServer.echoed(id) + "\n\n"), false));
    assertThat(result.errors()).isEmpty();
    assertThat(result.units()).isPositive();
    assertError(
        (n, id) ->
            new Answer(
                sse("data: " + FakeServer.echoed(id) + (n == 20 ? "\n\ndata: {" : "\n\n")), false),
        "ends inside an event");
  }

  @Test
  void cpuIsCountedBetweenOpeningAndClosingOfTheWindowOnly() throws Exception {
    var readings = new AtomicLong();
    try (var server = new FakeServer((_, id) -> Answer.json(FakeServer.echoed(id)))) {
      var result =
          new LoadLoop(plan(server), () -> readings.incrementAndGet() * 1000, new Ids()).run();
      assertThat(readings).hasValue(2);
      assertThat(result.cpuMicros()).isEqualTo(1000);
      assertThat(result.cpuMicrosPerUnit()).isEqualTo(1000.0 / result.units());
      assertThat(result.seconds()).isGreaterThanOrEqualTo(0.1);
    }
  }

  private static void assertError(CallAnswer answers, String message) throws Exception {
    assertThat(run(answers).errors()).isNotEmpty().first().asString().contains(message);
  }

  private static LoadResult run(CallAnswer answers) throws IOException, BadReplyException {
    try (var server = new FakeServer(answers)) {
      return new LoadLoop(plan(server), () -> 0L, new Ids()).run();
    }
  }

  private static LoadPlan plan(FakeServer server) {
    var lead = Duration.ofMillis(20);
    return new LoadPlan(server.endpoint(), new Work.Echo("echo"), 3, lead, Duration.ofMillis(100));
  }

  private static String sse(String events) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(events.length())
        + "\r\n"
        + events
        + "\r\n0\r\n\r\n";
  }
}
