package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.parked.ParkedCalls;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.ScriptedStream;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A legacy server asks a modern client something on the way. */
@Timeout(60)
class AskingTest {
  private static final String ALL =
      "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{}}";
  private static final String FORM = "{\"message\":\"h\\u00f6w?\",\"requestedSchema\":{\"n\":1.0}}";
  private static final String ACCEPTED = "{\"action\":\"accept\",\"content\":{\"n\":2.50}}";

  /** One call as the server sees it. */
  private record Talk(ScriptedServer.Asked asked, ScriptedStream stream) {
    Talk asks(String id, String method, String params) {
      stream.message(
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
              .formatted(id, method, params));
      return this;
    }

    void answers(String result) {
      stream.message(asked.response(result));
    }
  }

  private final ScriptedServer old =
      new ScriptedServer("old", Era.LEGACY)
          .list(
              ListKind.TOOLS,
              "{\"name\":\"t\",\"inputSchema\":{}}",
              "{\"name\":\"safe\",\"inputSchema\":{},\"annotations\":{\"readOnlyHint\":true}}",
              "{\"name\":\"again\",\"inputSchema\":{},\"annotations\":{\"idempotentHint\":true}}");
  private final BlockingQueue<Talk> talks = new LinkedBlockingQueue<>();
  private GatewayFixture gateway;

  AskingTest() throws InterruptedException {
    gateway = GatewayFixture.over();
  }

  @BeforeEach
  void start() throws Exception {
    gateway = GatewayFixture.over(old);
    old.on("tools/call", this::talk);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Answer talk(ScriptedServer.Asked asked) {
    var stream = new ScriptedStream();
    asked
        .outbound()
        .cancellation()
        .onCancel(
            () -> stream.put(new MessageStream.Broken(new UpstreamFailure.Cancelled("cancelled"))));
    talks.add(new Talk(asked, stream));
    return new Answer.Streamed(stream);
  }

  private Talk awaitTalk() throws InterruptedException {
    return Objects.requireNonNull(talks.poll(20, TimeUnit.SECONDS), "no call came");
  }

  private static FixedHeaders headers(String tool) {
    return GatewayFixture.modern("tools/call", tool);
  }

  private static String message(String capabilities, String meta, String params) {
    return GatewayFixture.message(
        1,
        "tools/call",
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":"
            + capabilities
            + (meta.isEmpty() ? "" : "," + meta)
            + "},"
            + params
            + "}");
  }

  private GatewayFixture.Under calling(String tool, String more) {
    return gateway.posting(
        headers(tool),
        message(ALL, "", "\"name\":\"" + tool + "\",\"arguments\":{\"a\":1}" + more));
  }

  private GatewayFixture.Under calling(String tool) {
    return calling(tool, "");
  }

  private GatewayFixture.Under retrying(String tool, String responses, String state) {
    return calling(tool, ",\"inputResponses\":" + responses + ",\"requestState\":" + state);
  }

  /** The whole reply of a request that has ended. */
  private static String body(GatewayFixture.Under call) throws Exception {
    call.await();
    return call.reply().isStream() ? call.reply().messages().getLast() : call.reply().body();
  }

  /** Begins a call and has the server ask for a form; the client's reply. */
  private String parked(String tool) throws Exception {
    var call = calling(tool);
    awaitTalk().asks("\"s1\"", "elicitation/create", FORM);
    var body = body(call);
    assertThat(Wire.string(body, "result", "resultType")).isEqualTo("input_required");
    return body;
  }

  private static String state(String body) {
    return Wire.at(body, "result", "requestState");
  }

  private String code(GatewayFixture.Under call) throws Exception {
    return Wire.at(body(call), "error", "code");
  }

  @Test
  void aQuestionParksTheCallAndTheRetryGoesOn() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("\"s1\"", "elicitation/create", FORM);
    var asked = body(call);
    assertThat(call.await().outcome()).isEqualTo(Outcome.OK);
    assertThat(Wire.at(asked, "result", "inputRequests"))
        .isEqualTo("{\"q1\":{\"method\":\"elicitation/create\",\"params\":" + FORM + "}}");

    var retry = retrying("old__t", "{\"q1\":" + ACCEPTED + ",\"other\":{}}", state(asked));
    var answer = "{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"result\":" + ACCEPTED + "}";
    Wait.until("the server has its answer", () -> old.received().contains(answer));
    talk.answers("{\"content\":[]}");
    assertThat(Wire.at(body(retry), "result"))
        .isEqualTo("{\"content\":[],\"resultType\":\"complete\"}");
    assertThat(old.received("tools/call")).hasSize(1);
    assertThat(old.received("tools/call").getFirst())
        .doesNotContain("requestState")
        .doesNotContain("io.modelcontextprotocol");
    assertThat(old.received()).noneMatch(text -> text.contains("other"));
  }

  /** It names no call there; the link serves only one. */
  @Test
  void aQuestionOutsideOfTheCallsStreamIsTheCalls() throws Exception {
    var first = calling("old__t");
    var one = awaitTalk();
    var opened = old.opened();
    var second = calling("old__t");
    var two = awaitTalk();
    assertThat(old.opened()).as("a link for each").isEqualTo(opened + 1);
    old.pushToNewest(GatewayFixture.message(7, "elicitation/create", FORM));
    var asked = body(second);
    assertThat(Wire.at(asked, "result", "inputRequests", "q1", "params")).isEqualTo(FORM);
    one.answers("{\"content\":[1]}");
    assertThat(Wire.at(body(first), "result", "content")).isEqualTo("[1]");
    var retry = retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(asked));
    two.answers("{\"content\":[2]}");
    assertThat(Wire.at(body(retry), "result", "content")).isEqualTo("[2]");
  }

  @Test
  void theServerLearnsWhatTheClientDeclared() throws Exception {
    parked("old__t");
    assertThat(old.openings().getLast().capabilities()).hasToString(ALL);
  }

  @Test
  void aLinkServesOneCallAfterTheOtherOfOnePrincipal() throws Exception {
    for (int i = 0; i < 3; i++) {
      var call = calling("old__t");
      awaitTalk().answers("{}");
      body(call);
    }
    gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
    var before = old.opened();
    var call = calling("old__t");
    awaitTalk().answers("{}");
    body(call);
    assertThat(old.opened()).isEqualTo(before + 1);
  }

  @Test
  void thereMayBeSeveralRounds() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk();
    for (int round = 1; round <= 5; round++) {
      talk.asks(Integer.toString(round), "roots/list", "{}");
      var asked = body(call);
      assertThat(Wire.at(asked, "result", "inputRequests"))
          .isEqualTo("{\"q" + round + "\":{\"method\":\"roots/list\",\"params\":{}}}");
      call = retrying("old__t", "{\"q" + round + "\":{\"roots\":[]}}", state(asked));
      var answer = "{\"jsonrpc\":\"2.0\",\"id\":" + round + ",\"result\":{\"roots\":[]}}";
      Wait.until("the server has its answer", () -> old.received().contains(answer));
    }
    talk.answers("{}");
    assertThat(Wire.string(body(call), "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void whatIsNotAnsweredIsAskedAgain() throws Exception {
    var call = calling("old__t");
    var talk =
        awaitTalk()
            .asks("1", "elicitation/create", FORM)
            .asks("2", "sampling/createMessage", "{\"messages\":[]}");
    var asked = body(call);
    // The two may come in one round or in two, as the machine has it.
    var answered = "";
    while (!asked.contains("\"complete\"")) {
      var requests = Wire.view(Wire.at(asked, "result", "inputRequests"));
      assertThat(requests.size()).isBetween(1, 2);
      assertThat(requests.name(0)).isNotEqualTo(answered);
      answered = requests.name(0);
      call = retrying("old__t", "{\"" + answered + "\":{\"x\":1}}", state(asked));
      var answer =
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"x\":1}}".formatted(answered.substring(1));
      Wait.until("the server has its answer", () -> old.received().contains(answer));
      if (answered.equals("q2")) {
        talk.answers("{}");
      }
      asked = body(call);
    }
    assertThat(old.received())
        .contains("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":1}}")
        .contains("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"x\":1}}");
  }

  @Test
  void aRetryWithoutAnAnswerIsAskedTheSame() throws Exception {
    var first = parked("old__t");
    for (var responses : List.of("{}", "{\"unknown\":{}}")) {
      var again = body(retrying("old__t", responses, state(first)));
      assertThat(Wire.at(again, "result", "inputRequests"))
          .isEqualTo(Wire.at(first, "result", "inputRequests"));
      first = again;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"action\":\"decline\"}                | \"result\":{\"action\":\"decline\"}",
        "{\"action\":\"cancel\",\"_meta\":{}}    | \"result\":{\"action\":\"cancel\",\"_meta\":{}}",
        "{\"error\":{\"code\":-1,\"message\":\"user said no\"}} | \"error\":{\"code\":-1,\"message\":\"user said no\"}",
      })
  void aNoIsCarriedToo(String response, String carried) throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var retry = retrying("old__t", "{\"q1\":" + response + "}", state(body(call)));
    Wait.until(
        "the server has its answer",
        () -> old.received().contains("{\"jsonrpc\":\"2.0\",\"id\":1," + carried + "}"));
    talk.answers("{}");
    body(retry);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "[]", "{\"q1\":12345}", "null"})
  void answersOfTheWrongShapeAreRefusedAndTheCallStillWaits(String responses) throws Exception {
    var asked = parked("old__t");
    assertThat(code(retrying("old__t", responses, state(asked)))).isEqualTo("-32602");
    var again = body(retrying("old__t", "{}", state(asked)));
    assertThat(Wire.string(again, "result", "resultType")).isEqualTo("input_required");
  }

  @Test
  void anAnswerThatComesWhileTheClientIsAwayIsKept() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var asked = body(call);
    talk.answers("{\"content\":[]}");
    var answer = body(retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(asked)));
    assertThat(Wire.string(answer, "result", "resultType")).isEqualTo("complete");
  }

  // ---- what a client cannot be asked

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"roots\":{}} | elicitation/create | {} | {\"elicitation\":{\"form\":{}}} | -32601",
        "{\"elicitation\":{}} | elicitation/create | {\"mode\":\"url\"} | {\"elicitation\":{\"url\":{}}} | -32602",
        "{\"elicitation\":{\"url\":{}}} | elicitation/create | {} | {\"elicitation\":{\"form\":{}}} | -32602",
        "{\"roots\":{}} | sampling/createMessage | {} | {\"sampling\":{}} | -32601",
        "{\"sampling\":{}} | sampling/createMessage | {\"tools\":[]} | {\"sampling\":{\"tools\":{}}} | -32602",
        "{\"sampling\":{}} | roots/list | {} | {\"roots\":{}} | -32601",
      })
  void aMissingCapabilityIsToldToBoth(
      String declared, String method, String params, String missing, String told) throws Exception {
    var call = gateway.posting(headers("old__t"), message(declared, "", "\"name\":\"old__t\""));
    var talk = awaitTalk().asks("1", method, params);
    Wait.until(
        "the server is told",
        () ->
            old.received().stream()
                .anyMatch(t -> t.contains("\"id\":1,\"error\":{\"code\":" + told)));
    talk.answers("{\"content\":[],\"isError\":true}");
    var body = body(call);
    assertThat(call.reply().status()).isEqualTo(400);
    assertThat(Wire.at(body, "error", "code")).isEqualTo("-32021");
    assertThat(Wire.at(body, "error", "data", "requiredCapabilities")).isEqualTo(missing);
  }

  @Test
  void aServerThatCanDoWithoutTheAnswerIsBelieved() throws Exception {
    var call =
        gateway.posting(headers("old__t"), message("{\"roots\":{}}", "", "\"name\":\"old__t\""));
    awaitTalk().asks("1", "elicitation/create", FORM).answers("{\"content\":[]}");
    assertThat(Wire.string(body(call), "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void aServerIsToldSoMuchOfAClientAndNoMore() throws Exception {
    var head = "{\"roots\":{},\"x\":\"";
    var fits = head + "y".repeat((16 << 10) - head.length() - 2) + "\"}";
    var call = gateway.posting(headers("old__t"), message(fits, "", "\"name\":\"old__t\""));
    awaitTalk().answers("{}");
    assertThat(Wire.string(body(call), "result", "resultType")).isEqualTo("complete");
    var tooLarge = fits.replace("\"roots\"", "\"roots\" ");
    var refused = gateway.posting(headers("old__t"), message(tooLarge, "", "\"name\":\"old__t\""));
    assertThat(code(refused)).isEqualTo("-32602");
  }

  @Test
  void onlyThreeMethodsMayBeAnsweredByAQuestion() throws Exception {
    var call =
        gateway.posting(
            GatewayFixture.modern("completion/complete", ""),
            message(ALL, "", "\"ref\":{\"name\":\"x\"}")
                .replace("tools/call", "completion/complete"));
    call.await();
    assertThat(old.openings()).noneMatch(opening -> opening.capabilities().is(ALL));
  }

  // ---- states

  @Test
  void aStateIsGoodForOneRetry() throws Exception {
    var asked = parked("old__t");
    body(retrying("old__t", "{}", state(asked)));
    var replayed = body(retrying("old__t", "{}", state(asked)));
    assertThat(Wire.string(replayed, "error", "message")).contains("used already");
    assertThat(Wire.at(replayed, "error", "code")).isEqualTo("-32602");
  }

  @Test
  void aTamperedStateAndSomebodyElsesAreRefusedInTheSameWords() throws Exception {
    var state = state(parked("old__t"));
    var tampered = state.substring(0, state.length() - 9) + "AAAAAAAA\"";
    var texts = new HashSet<String>();
    for (var forged : List.of(tampered, "\"forged\"", "\"\"", "\"?\"")) {
      texts.add(body(retrying("old__t", "{}", forged)));
    }
    gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
    texts.add(body(retrying("old__t", "{}", state)));
    gateway.as(new Principal(new TenantId("elsewhere"), Principal.ANONYMOUS.subject()));
    texts.add(body(retrying("old__t", "{}", state)));
    assertThat(texts).hasSize(1);
    assertThat(texts.iterator().next()).contains("-32602").contains("is not valid");
    gateway.as(Principal.ANONYMOUS);
    assertThat(body(retrying("old__t", "{}", state))).contains("input_required");
  }

  @Test
  void aStateIsGoodForItsOwnRequestOnly() throws Exception {
    var state = state(parked("old__t"));
    var other =
        gateway.posting(
            headers("old__t"),
            message(
                ALL, "", "\"name\":\"old__t\",\"arguments\":{\"a\":2},\"requestState\":" + state));
    assertThat(body(other)).contains("-32602").contains("another request");
    var otherTool = retrying("old__safe", "{}", state);
    assertThat(body(otherTool)).contains("another request");
    var reordered =
        gateway.posting(
            headers("old__t"),
            message(
                ALL,
                "",
                "\"requestState\":"
                    + state
                    + ",\"arguments\":{ \"\\u0061\":1 },\"name\":\"old__\\u0074\""));
    assertThat(body(reordered)).contains("input_required");
  }

  @ParameterizedTest
  @ValueSource(strings = {"old__safe", "old__again"})
  void aCallThatIsGoneWithItsProcessIsMadeAgainWhereThatIsSafe(String tool) throws Exception {
    var state = state(parked(tool));
    gateway.close();
    gateway = GatewayFixture.over(old);
    var retry = retrying(tool, "{\"q1\":" + ACCEPTED + "}", state);
    awaitTalk().answers("{}");
    assertThat(Wire.string(body(retry), "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void aCallThatIsGoneWithItsProcessIsAnErrorWhereItIsNotSafe() throws Exception {
    var state = state(parked("old__t"));
    gateway.close();
    gateway = GatewayFixture.over(old);
    var before = old.received("tools/call").size();
    var answer = body(retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state));
    assertThat(Wire.at(answer, "error", "code")).isEqualTo("-31010");
    assertThat(Wire.at(answer, "error", "data"))
        .isEqualTo("{\"server\":\"old\",\"mayHaveRun\":true}");
    assertThat(old.received("tools/call")).hasSize(before);
  }

  private void restart(ParkedCalls.Limits limits) throws InterruptedException {
    gateway.close();
    gateway =
        GatewayFixture.with(
            new Gateway.Settings(
                JsonLimits.INBOUND, SessionLimits.DEFAULT, Duration.ofSeconds(20), limits),
            old);
  }

  private void awaitCancelled(int times) {
    Wait.until(
        "the server is told " + times + " times",
        () -> old.received("notifications/cancelled").size() == times);
  }

  @Test
  void aCallWhoseClientTakesTooLongIsCancelled() throws Exception {
    restart(new ParkedCalls.Limits(32, 4, 100, Duration.ofMillis(1)));
    var state = state(parked("old__t"));
    var due = System.currentTimeMillis() + 1;
    Wait.until("it is due", () -> System.currentTimeMillis() > due);
    var late = body(retrying("old__t", "{}", state));
    assertThat(Wire.at(late, "error", "code")).isEqualTo("-32602");
    assertThat(Wire.string(late, "error", "message")).contains("expired");
    awaitCancelled(1);
  }

  @Test
  void beyondItsShareAPrincipalsOldestCallIsGivenUp() throws Exception {
    restart(new ParkedCalls.Limits(2, 4, 100, Duration.ofMinutes(1)));
    var first = state(parked("old__t"));
    var second = state(parked("old__t"));
    assertThat(old.received("notifications/cancelled")).isEmpty();
    var third = state(parked("old__t"));
    awaitCancelled(1);
    var out = body(retrying("old__t", "{}", first));
    assertThat(Wire.at(out, "error", "code")).isEqualTo("-31012");
    assertThat(body(retrying("old__t", "{}", second))).contains("input_required");
    assertThat(body(retrying("old__t", "{}", third))).contains("input_required");
  }

  @Test
  void noPrincipalCanCrowdAnotherOut() throws Exception {
    restart(new ParkedCalls.Limits(10, 4, 2, Duration.ofMinutes(1)));
    var first = state(parked("old__t"));
    parked("old__t");
    gateway.as(new Principal(TenantId.DEVELOPMENT, "somebody else"));
    var call = calling("old__t");
    awaitTalk().asks("1", "elicitation/create", FORM);
    assertThat(code(call)).isEqualTo("-31012");
    awaitCancelled(1);
    gateway.as(Principal.ANONYMOUS);
    assertThat(body(retrying("old__t", "{}", first))).contains("input_required");
  }

  // ---- on the way

  private static String progress(String token, int n) {
    return GatewayFixture.notification(
        "notifications/progress", "{\"progressToken\":" + token + ",\"progress\":" + n + "}");
  }

  private static String log(String level, int n) {
    return GatewayFixture.notification(
        "notifications/message", "{\"level\":\"" + level + "\",\"data\":" + n + "}");
  }

  private GatewayFixture.Under reporting(String meta, String more) {
    return gateway.posting(headers("old__t"), message(ALL, meta, "\"name\":\"old__t\"" + more));
  }

  @Test
  void progressGoesToTheRequestOfTheMomentUnderItsToken() throws Exception {
    var call = reporting("\"progressToken\":\"one\"", "");
    var talk = awaitTalk();
    // The scripted channel does not put the client's token back, as some transports do not.
    talk.stream().message(progress("99", 1));
    talk.asks("1", "elicitation/create", FORM);
    call.await();
    assertThat(call.reply().messages()).hasSize(2);
    assertThat(call.reply().messages().getFirst()).contains("\"progressToken\":\"one\"");
    talk.stream().message(progress("99", 2));
    var retry =
        reporting(
            "\"progressToken\":7",
            ",\"inputResponses\":{\"q1\":{}},\"requestState\":"
                + state(call.reply().messages().getLast()));
    talk.stream().message(progress("99", 3)).message(talk.asked().response("{}"));
    retry.await();
    assertThat(retry.reply().messages()).hasSize(3);
    assertThat(retry.reply().messages().subList(0, 2))
        .allSatisfy(text -> assertThat(text).contains("\"progressToken\":7"));
  }

  @Test
  void theRequestsLogLevelIsTheSessions() throws Exception {
    var call = reporting("\"io.modelcontextprotocol/logLevel\":\"warning\"", "");
    var talk = awaitTalk();
    assertThat(Wire.at(old.received("logging/setLevel").getFirst(), "params"))
        .isEqualTo("{\"level\":\"warning\"}");
    talk.stream().message(log("info", 1)).message(log("error", 2));
    old.pushToNewest(log("alert", 3));
    var reply = call.reply();
    reply.awaitMessage("\"data\":3");
    talk.answers("{}");
    call.await();
    assertThat(reply.messages()).hasSize(3);
    assertThat(reply.body()).doesNotContain("\"data\":1");
  }

  @Test
  void aClientThatOnlyWantsTheLogGetsALinkOnWhichNobodyIsAsked() throws Exception {
    var call =
        gateway.posting(
            headers("old__t"),
            message("{}", "\"io.modelcontextprotocol/logLevel\":\"debug\"", "\"name\":\"old__t\""));
    var talk = awaitTalk();
    talk.stream().message(log("debug", 1));
    call.reply().awaitMessage("\"data\":1");
    talk.answers("{}");
    call.await();
    assertThat(old.openings().getLast().takesRequests()).isFalse();
  }

  @Test
  void aClientThatHangsUpAfterItCameBackCancelsAtTheServer() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var retry = retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(body(call)));
    Wait.until(
        "the server has its answer",
        () -> old.received().stream().anyMatch(text -> text.contains("\"accept\"")));
    retry.reply().hangUp();
    assertThat(retry.await().outcome()).isEqualTo(Outcome.CANCELLED);
    talk.stream().awaitClosed();
    awaitCancelled(1);
    assertThat(Wire.at(old.received("notifications/cancelled").getFirst(), "params", "requestId"))
        .isEqualTo(talk.asked().request().id().text());
  }

  @Test
  void theFirstRequestsConnectionMayGoOnceTheCallIsParked() throws Exception {
    var call = calling("old__t");
    awaitTalk().asks("1", "elicitation/create", FORM);
    var asked = body(call);
    call.reply().hangUp();
    assertThat(body(retrying("old__t", "{}", state(asked)))).contains("input_required");
  }

  @Test
  void aServerThatTakesItsQuestionBackGoesOn() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var asked = body(call);
    talk.stream()
        .message(GatewayFixture.notification("notifications/cancelled", "{\"requestId\":1}"))
        .message(talk.asked().response("{}"));
    var answer = body(retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(asked)));
    assertThat(Wire.string(answer, "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void aStreamThatBreaksWhileTheClientIsAwayIsToldWhenItComesBack() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var asked = body(call);
    talk.stream().put(new MessageStream.Broken(new UpstreamFailure.BrokenOff("reset", true)));
    talk.stream().awaitClosed();
    assertThat(code(retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(asked))))
        .isEqualTo("-31010");
  }

  @Test
  void aServerThatLostTheSessionIsAskedAgainInAnother() throws Exception {
    var call = calling("old__t");
    awaitTalk().answers("{}");
    body(call);
    old.loseSessions();
    var again = calling("old__t");
    awaitTalk().answers("{}");
    assertThat(Wire.string(body(again), "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void aServerThatLostAllSessionsIsAskedAgainInANewOne() throws Exception {
    var one = calling("old__t");
    var first = awaitTalk();
    var two = calling("old__t");
    awaitTalk().answers("{}");
    first.answers("{}");
    body(one);
    body(two);
    old.loseSessions();
    var again = calling("old__t");
    awaitTalk().answers("{}");
    assertThat(Wire.string(body(again), "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void aServerThatAsksWhereNobodyDeclaredAnythingFailsTheCallWithWhatIsMissing() throws Exception {
    var call = gateway.posting(headers("old__t"), message("{}", "", "\"name\":\"old__t\""));
    awaitTalk().asks("1", "roots/list", "{}").answers("{\"content\":[],\"isError\":true}");
    var body = body(call);
    assertThat(call.reply().status()).isEqualTo(400);
    assertThat(Wire.at(body, "error", "data", "requiredCapabilities")).isEqualTo("{\"roots\":{}}");
  }

  /** Or the server would wait for it for ever, on a link that others use. */
  @Test
  void aQuestionThatIsOpenWhenTheCallEndsIsAnsweredWithAnError() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk().asks("1", "elicitation/create", FORM);
    var asked = body(call);
    talk.answers("{}");
    Wait.until(
        "the server is told",
        () ->
            old.received().stream()
                .anyMatch(t -> t.contains("\"id\":1,\"error\":{\"code\":-32600")));
    var answer = body(retrying("old__t", "{\"q1\":" + ACCEPTED + "}", state(asked)));
    assertThat(Wire.string(answer, "result", "resultType")).isEqualTo("complete");
  }

  @Test
  void namesInAQuestionAreTheViews() throws Exception {
    var call = calling("old__t");
    awaitTalk()
        .asks(
            "1",
            "sampling/createMessage",
            "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"resource_link\","
                + "\"uri\":\"a:b\"}}]}");
    assertThat(body(call)).contains("\"uri\":\"old+a:b\"");
  }

  // ---- URLs first

  private static final String URLS =
      "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32042,\"message\":\"go\",\"data\":"
          + "{\"elicitations\":[{\"mode\":\"url\",\"url\":\"https://e/\",\"message\":\"m\"}]}}}";

  @Test
  void aServerThatNeedsItsUserAtAUrlFirstIsCalledAgain() throws Exception {
    var call = calling("old__t");
    var talk = awaitTalk();
    talk.stream().message(URLS.formatted(talk.asked().request().id().text()));
    var asked = body(call);
    assertThat(Wire.at(asked, "result", "inputRequests"))
        .isEqualTo(
            "{\"q1\":{\"method\":\"elicitation/create\",\"params\":"
                + "{\"mode\":\"url\",\"url\":\"https://e/\",\"message\":\"m\"}}}");
    assertThat(code(retrying("old__t", "{\"q1\":{\"action\":\"decline\"}}", state(asked))))
        .isEqualTo("-31010");
    var retry = retrying("old__t", "{\"q1\":{\"action\":\"accept\"}}", state(asked));
    awaitTalk().answers("{}");
    assertThat(Wire.string(body(retry), "result", "resultType")).isEqualTo("complete");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"elicitation\":{}}"})
  void aClientWithoutUrlsIsToldWhatItLacks(String capabilities) throws Exception {
    var call = gateway.posting(headers("old__t"), message(capabilities, "", "\"name\":\"old__t\""));
    var talk = awaitTalk();
    talk.stream().message(URLS.formatted(talk.asked().request().id().text()));
    var body = body(call);
    assertThat(Wire.at(body, "error", "code")).isEqualTo("-32021");
    assertThat(Wire.at(body, "error", "data", "requiredCapabilities"))
        .isEqualTo("{\"elicitation\":{\"url\":{}}}");
  }
}
