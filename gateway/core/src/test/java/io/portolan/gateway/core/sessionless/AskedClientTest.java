package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.SseEvent;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A legacy client is asked what a modern server requires. */
@SuppressWarnings("NullAway.Init")
class AskedClientTest {
  private static final String ABLE =
      "{\"sampling\":{},\"elicitation\":{\"form\":{},\"url\":{}},\"roots\":{}}";
  private static final String FORM =
      "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"m\",\"x\":1.0}}";
  private static final String SAMPLE =
      "{\"method\":\"sampling/createMessage\",\"params\":{\"maxTokens\":1e2}}";
  private static final String ROOTS = "{\"method\":\"roots/list\"}";
  private static final String URL =
      "{\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\",\"url\":\"https://a\"}}";
  private static final String ACCEPTED = "{\"action\":\"accept\",\"content\":{\"n\":1.50}}";

  private final ScriptedServer server = new ScriptedServer("one", Era.MODERN).tools("t");
  private GatewayFixture gateway;
  private FixedHeaders session;

  @BeforeEach
  void start() throws Exception {
    gateway = GatewayFixture.over(server);
    session = gateway.initialize(ABLE);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** Asks until a round has these answers. */
  private void asks(String inputRequests, String state) {
    server.on(
        "tools/call",
        asked -> {
          var params = Objects.requireNonNull(asked.request().params());
          return params.get("inputResponses") == null
              ? asked.result(required(inputRequests, state))
              : asked.result("{\"resultType\":\"complete\",\"content\":[],\"big\":1e400}");
        });
  }

  private static String required(String inputRequests, String state) {
    return "{\"resultType\":\"input_required\",\"inputRequests\":"
        + inputRequests
        + ",\"requestState\":"
        + state
        + "}";
  }

  private GatewayFixture.Under call() {
    return gateway.posting(
        session,
        GatewayFixture.message(7, "tools/call", "{\"name\":\"one__t\",\"arguments\":{\"a\":1.0}}"));
  }

  private void answer(String question, String resultOrError) throws InterruptedException {
    var json =
        "{\"jsonrpc\":\"2.0\",\"id\":%s,%s}".formatted(Wire.at(question, "id"), resultOrError);
    assertThat(gateway.post(new Route.Federated(), session, json).reply().status()).isEqualTo(202);
  }

  private String last() {
    return server.received("tools/call").getLast();
  }

  @Test
  void aQuestionIsAskedOnTheStreamOfTheCallAndTheAnswerGoesIntoARetry() throws Exception {
    asks("{\"k\\u00e9y\":" + FORM + "}", "\"s\\u00e9aled\"");
    var call = call();
    var question = call.reply().awaitMessage("elicitation/create");
    assertThat(Wire.at(question, "params")).isEqualTo("{\"message\":\"m\",\"x\":1.0}");
    answer(question, "\"result\":" + ACCEPTED);

    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(call.reply().isStream()).isTrue();
    var messages = call.reply().messages();
    assertThat(messages).hasSize(2);
    assertThat(Wire.at(messages.getLast(), "id")).isEqualTo("7");
    assertThat(Wire.at(messages.getLast(), "result", "big")).isEqualTo("1e400");

    var calls = server.received("tools/call");
    assertThat(calls).hasSize(2);
    assertThat(Wire.at(calls.getLast(), "id")).isNotEqualTo(Wire.at(calls.getFirst(), "id"));
    assertThat(Wire.at(last(), "params", "arguments")).isEqualTo("{\"a\":1.0}");
    assertThat(Wire.string(last(), "params", "name")).isEqualTo("t");
    assertThat(Wire.at(last(), "params", "inputResponses"))
        .isEqualTo("{\"k\\u00e9y\":" + ACCEPTED + "}");
    assertThat(Wire.at(last(), "params", "requestState")).isEqualTo("\"s\\u00e9aled\"");
    assertThat(last()).contains("\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"");
  }

  @Test
  void severalQuestionsAreAskedAtOnceAndAnsweredInAnyOrder() throws Exception {
    asks("{\"a\":" + FORM + ",\"b\":" + SAMPLE + ",\"c\":" + ROOTS + "}", "\"s\"");
    var call = call();
    var roots = call.reply().awaitMessage("roots/list");
    var sampling = call.reply().awaitMessage("sampling/createMessage");
    var form = call.reply().awaitMessage("elicitation/create");
    assertThat(List.of(Wire.at(roots, "id"), Wire.at(sampling, "id"), Wire.at(form, "id")))
        .doesNotHaveDuplicates();
    answer(roots, "\"result\":{\"roots\":[]}");
    answer(form, "\"result\":{\"action\":\"decline\"}");
    answer(sampling, "\"result\":{\"role\":\"assistant\",\"x\":-0.0}");
    call.await();
    assertThat(Wire.at(last(), "params", "inputResponses"))
        .isEqualTo(
            "{\"a\":{\"action\":\"decline\"},\"b\":{\"role\":\"assistant\",\"x\":-0.0},"
                + "\"c\":{\"roots\":[]}}");
  }

  @Test
  void aServerMayAskAgainAndAfterAStream() throws Exception {
    server.on(
        "tools/call",
        asked -> {
          var state = Objects.requireNonNull(asked.request().params()).string("requestState");
          return switch (state == null ? "" : state) {
            case "" ->
                new Answer.Streamed(
                    new ScriptedStream()
                        .message(
                            GatewayFixture.notification(
                                "notifications/progress", "{\"progressToken\":1,\"progress\":1}"))
                        .message(asked.response(required("{\"a\":" + FORM + "}", "\"1\""))));
            case "1" -> asked.result(required("{\"b\":" + SAMPLE + "}", "\"2\""));
            default ->
                new Answer.Streamed(
                    new ScriptedStream().message(asked.response("{\"content\":[]}")));
          };
        });
    var call = call();
    answer(call.reply().awaitMessage("elicitation/create"), "\"result\":" + ACCEPTED);
    answer(call.reply().awaitMessage("sampling/createMessage"), "\"result\":{\"role\":\"user\"}");
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(call.reply().messages()).hasSize(4);
    assertThat(call.reply().messages().getFirst()).contains("notifications/progress");
    assertThat(Wire.at(last(), "params", "inputResponses"))
        .isEqualTo("{\"b\":{\"role\":\"user\"}}");
    assertThat(Wire.string(last(), "params", "requestState")).isEqualTo("2");
  }

  @Test
  void progressOfALaterRoundBeginsWhereTheEarlierOneEnded() throws Exception {
    server.on(
        "tools/call",
        asked -> {
          var isFirst = !asked.text().contains("inputResponses");
          var stream = new ScriptedStream();
          for (var step : isFirst ? List.of("0", "0.5") : List.of("0", "5e-1", "0.75", "1.00")) {
            stream.message(
                GatewayFixture.notification(
                    "notifications/progress", "{\"progressToken\":1,\"progress\":" + step + "}"));
          }
          return new Answer.Streamed(
              stream.message(
                  asked.response(
                      isFirst ? required("{\"a\":" + FORM + "}", "\"s\"") : "{\"content\":[]}")));
        });
    var call = call();
    answer(call.reply().awaitMessage("elicitation/create"), "\"result\":" + ACCEPTED);
    call.await();
    assertThat(
            call.reply().messages().stream()
                .filter(message -> message.contains("notifications/progress"))
                .map(message -> Wire.at(message, "params", "progress")))
        .containsExactly("0", "0.5", "0.75", "1.00");
  }

  @Test
  void aStateWithoutQuestionsIsCarriedBackWithoutAskingAnybody() throws Exception {
    server.on(
        "tools/call",
        asked -> {
          var params = Objects.requireNonNull(asked.request().params());
          return params.get("requestState") == null
              ? asked.result("{\"resultType\":\"input_required\",\"requestState\":\"s\"}")
              : asked.result("{\"content\":[]}");
        });
    var call = call();
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(call.reply().messages()).hasSize(1);
    assertThat(last()).doesNotContain("inputResponses");
  }

  @Test
  void aServerThatNeverStopsAskingIsStoppedAfterSoManyRounds() throws Exception {
    server.on("tools/call", asked -> asked.result(required("{\"a\":" + FORM + "}", "\"s\"")));
    var call = call();
    for (int i = 0; i < Rounds.ROUNDS_MAX; i++) {
      var count = i + 1;
      Wait.until("question " + count, () -> call.reply().messages().size() >= count);
      answer(call.reply().messages().get(i), "\"result\":" + ACCEPTED);
    }
    assertThat(call.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    assertThat(Wire.at(call.reply().messages().getLast(), "error", "code")).isEqualTo("-31010");
    assertThat(server.received("tools/call")).hasSize(Rounds.ROUNDS_MAX + 1);
  }

  // ---- what clients answer, or do not

  @Test
  void anElicitationThatFailsWasCancelled() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    answer(
        call.reply().awaitMessage("elicitation/create"),
        "\"error\":{\"code\":-32603,\"message\":\"no\"}");
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(Wire.at(last(), "params", "inputResponses"))
        .isEqualTo("{\"a\":{\"action\":\"cancel\"}}");
  }

  @Test
  void anErrorThatCannotBeCarriedEndsTheCallAndTakesTheOtherQuestionsBack() throws Exception {
    asks("{\"a\":" + FORM + ",\"b\":" + SAMPLE + "}", "\"s\"");
    var call = call();
    var form = call.reply().awaitMessage("elicitation/create");
    var error = "{\"code\":-1,\"message\":\"User rejected\",\"data\":1.0}";
    answer(call.reply().awaitMessage("sampling/createMessage"), "\"error\":" + error);
    assertThat(call.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    var failure = call.reply().messages().getLast();
    assertThat(Wire.at(failure, "id")).isEqualTo("7");
    assertThat(Wire.at(failure, "error", "code")).isEqualTo("-31013");
    assertThat(Wire.at(failure, "error", "data", "error")).isEqualTo(error);
    var takenBack = call.reply().awaitMessage("notifications/cancelled");
    assertThat(Wire.at(takenBack, "params", "requestId")).isEqualTo(Wire.at(form, "id"));
    answer(form, "\"result\":" + ACCEPTED); // too late: nobody waits for it
    assertThat(server.received("tools/call")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                           | `" + FORM + "`",
        "{\"elicitation\":{\"url\":{}}} | `" + FORM + "`",
        "{\"elicitation\":{}}           | `" + URL + "`",
        "{\"elicitation\":{}}           | `" + SAMPLE + "`",
        "{\"sampling\":{}}              | `" + ROOTS + "`",
        "{\"sampling\":{}} | {\"method\":\"sampling/createMessage\",\"params\":{\"tools\":[]}}",
      })
  void aClientIsNotAskedWhatItDidNotDeclare(String capabilities, String request) throws Exception {
    session = gateway.initialize(capabilities);
    asks("{\"a\":" + request + "}", "\"s\"");
    var call = call();
    assertThat(call.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    assertThat(call.reply().messages()).hasSize(1);
    assertThat(Wire.at(call.reply().messages().getFirst(), "error", "code")).isEqualTo("-32600");
    assertThat(server.received("tools/call")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'resultType':'input_required'}",
        "{'resultType':'input_required','requestState':7}",
        "{'resultType':'input_required','inputRequests':[]}",
        "{'resultType':'input_required','inputRequests':{'a':7}}",
        "{'resultType':'input_required','inputRequests':{'a':{'method':'tools/call'}}}",
        "{'resultType':'input_required','inputRequests':{'a':{'method':'roots/list','params':[]}}}",
      })
  void aServerThatAsksForNothingProperIsSaidToBeBroken(String result) throws Exception {
    server.on("tools/call", asked -> asked.result(result.replace('\'', '"')));
    var call = call();
    assertThat(call.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    var failure = call.reply().messages().getLast();
    assertThat(Wire.at(failure, "error", "code")).isEqualTo("-31010");
    assertThat(Wire.string(failure, "error", "message")).startsWith("Server 'one' asks for ");
  }

  @Test
  void onlySomeMethodsMayAsk() throws Exception {
    server.on(
        "completion/complete", asked -> asked.result(required("{\"a\":" + FORM + "}", "\"s\"")));
    var done =
        gateway.post(
            new Route.Single("one"),
            gateway.initialize(new Route.Single("one"), ABLE),
            GatewayFixture.message(1, "completion/complete", "{}"));
    assertThat(done.body()).contains("-31010").doesNotContain("elicitation");
  }

  @Test
  void anAddressIsGivenAnIdAndItsEndIsTold() throws Exception {
    asks("{\"a\":" + URL + "}", "\"s\"");
    var call = call();
    var question = call.reply().awaitMessage("elicitation/create");
    var id = Wire.string(question, "params", "elicitationId");
    assertThat(Wire.string(question, "params", "url")).isEqualTo("https://a");
    answer(question, "\"result\":{\"action\":\"accept\"}");
    call.await();
    var messages = call.reply().messages();
    assertThat(Wire.string(messages.get(1), "method"))
        .isEqualTo("notifications/elicitation/complete");
    assertThat(Wire.string(messages.get(1), "params", "elicitationId")).isEqualTo(id);
    assertThat(messages.get(2)).contains("\"result\"");
  }

  // ---- who goes away meanwhile

  @Test
  void aCallThatIsCancelledWhileTheClientIsAskedEnds() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    var question = call.reply().awaitMessage("elicitation/create");
    gateway.post(
        new Route.Federated(),
        session,
        GatewayFixture.notification("notifications/cancelled", "{\"requestId\":7}"));
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(call.reply().messages()).noneMatch(message -> message.contains("\"id\":7"));
    answer(question, "\"result\":" + ACCEPTED);
    assertThat(server.received("tools/call")).hasSize(1);
  }

  @Test
  void aQuestionThatNobodyAnswersIsTakenBackAtTheDeadline() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    server.callTimeout(Duration.ofMillis(200));
    var call = call();
    assertThat(call.await().outcome()).isEqualTo(Outcome.RPC_ERROR);
    var question = call.reply().awaitMessage("elicitation/create");
    var takenBack = call.reply().awaitMessage("notifications/cancelled");
    assertThat(Wire.at(takenBack, "params", "requestId")).isEqualTo(Wire.at(question, "id"));
    var failure = call.reply().messages().getLast();
    assertThat(Wire.at(failure, "error", "code")).isEqualTo("-31013");
    answer(question, "\"result\":" + ACCEPTED);
    assertThat(server.received("tools/call")).hasSize(1);
  }

  @Test
  void anEndedSessionEndsTheCallsThatWaitForItsClient() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    call.reply().awaitMessage("elicitation/create");
    assertThat(gateway.delete(session).reply().status()).isEqualTo(204);
    assertThat(call.await().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void aClientThatComesBackFindsTheQuestionAndTheResult() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    call.reply().awaitMessage("elicitation/create");
    var first =
        call.reply().events().stream().map(SseEvent::id).filter(Objects::nonNull).findFirst();
    call.reply().hangUp();
    var again = gateway.getting(session.with("Last-Event-ID", first.orElseThrow()));
    var question = again.reply().awaitMessage("elicitation/create");
    answer(question, "\"result\":" + ACCEPTED);
    again.await();
    assertThat(again.reply().messages().getLast()).contains("\"big\":1e400");
    call.await();
  }

  @Test
  void anotherPrincipalsAnswerIsNone() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    var question = call.reply().awaitMessage("elicitation/create");
    gateway.as(new Principal(TenantId.DEVELOPMENT, "mallory"));
    var stolen = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{}}".formatted(Wire.at(question, "id"));
    assertThat(gateway.post(new Route.Federated(), session, stolen).reply().status())
        .isEqualTo(404);
    gateway.as(Principal.ANONYMOUS);
    var other = gateway.initialize(ABLE);
    assertThat(gateway.post(new Route.Federated(), other, stolen).reply().status())
        .as("another session of the same principal")
        .isEqualTo(202);
    answer(question, "\"result\":" + ACCEPTED);
    call.await();
    assertThat(Wire.at(last(), "params", "inputResponses")).isEqualTo("{\"a\":" + ACCEPTED + "}");
  }

  @Test
  void theLevelOfTheMomentIsSaidInTheRetry() throws Exception {
    asks("{\"a\":" + FORM + "}", "\"s\"");
    var call = call();
    var question = call.reply().awaitMessage("elicitation/create");
    gateway.call(session, 8, "logging/setLevel", "{\"level\":\"error\"}");
    answer(question, "\"result\":" + ACCEPTED);
    call.await();
    assertThat(server.received("tools/call").getFirst()).doesNotContain("logLevel");
    assertThat(last()).contains("\"io.modelcontextprotocol/logLevel\":\"error\"");
    assertThat(server.received("logging/setLevel")).isEmpty();
  }
}
