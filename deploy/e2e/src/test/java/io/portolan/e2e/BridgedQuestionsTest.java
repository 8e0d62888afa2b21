package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Questions that servers of one era ask of clients of the other. */
@NeedsDistribution
@EnabledIfSystemProperty(
    named = "portolan.e2e.questions",
    matches = "true",
    disabledReason = "questions are not yet carried from one era to the other")
class BridgedQuestionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final String ELICITATION =
      """
      {"mode":"form","message":"How deep?","requestedSchema":{"type":"object",\
      "properties":{"d":{"type":"number"}}}}""";
  private static final String ACCEPTED =
      "{\"action\":\"accept\",\"content\":{\"d\":18446744073709551617.50}}";

  @TempDir static Path dir;

  private static RawUpstream old;
  private static RawUpstream recent;
  private static GatewayProcess gateway;
  private static ModernClient modern;

  private LegacyClient legacy;

  @BeforeAll
  static void start() throws Exception {
    old = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    recent = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    gateway =
        GatewayProcess.up(
            dir, new McpJson().http("old", old.url()).http("recent", recent.url()).writeTo(dir));
    modern = new ModernClient(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, old, recent);
  }

  @BeforeEach
  void open() throws Exception {
    old.forgetReceived();
    recent.forgetReceived();
    legacy = LegacyClient.open(gateway.endpoint(), RealServers.ALL_CAPABILITIES);
  }

  @Test
  void aLegacyClientIsAskedWhatAModernServerRequires() throws Exception {
    recent.script(
        call ->
            Answer.result(
                call,
                call.json().at("params", "inputResponses").isPresent()
                    ? "{\"resultType\":\"complete\",\"content\":[],\"got\":"
                        + call.json().text("params", "inputResponses", "depth")
                        + "}"
                    : "{\"resultType\":\"input_required\",\"inputRequests\":{\"depth\":"
                        + "{\"method\":\"elicitation/create\",\"params\":"
                        + ELICITATION
                        + "}},\"requestState\":\"s\\u00e9aled\"}"));
    var asked = new ArrayList<JsonText>();
    var answer =
        legacy.send(
            utf8(
                LegacyClient.message(
                    "5", "tools/call", "{\"name\":\"recent__play\",\"arguments\":{\"a\":1.0}}")),
            message -> {
              var request = JsonText.of(message);
              asked.add(request);
              legacy.post(
                  "{\"jsonrpc\":\"2.0\",\"id\":"
                      + request.text("id")
                      + ",\"result\":"
                      + ACCEPTED
                      + "}");
            });
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().string("method")).isEqualTo("elicitation/create");
    assertThat(asked.getFirst().text("params")).isEqualTo(ELICITATION);
    assertThat(answer.json().text("result", "got")).isEqualTo(ACCEPTED);
    var retried = recent.last("tools/call").json();
    assertThat(retried.string("params", "requestState")).isEqualTo("séaled");
    assertThat(retried.text("params", "arguments")).isEqualTo("{\"a\":1.0}");
  }

  @Test
  void aModernClientIsToldWhatALegacyServerAsks() throws Exception {
    old.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(LegacyClient.message("\"s1\"", "elicitation/create", ELICITATION));
                  var reply = old.await("the reply", m -> m.answers("\"s1\""), PATIENCE);
                  out.message(
                      Answer.response(
                          call, "{\"content\":[],\"got\":" + reply.json().text("result") + "}"));
                }));
    var asked = modern.callTool("old__play", "{\"a\":1.0}").json();
    assertThat(asked.string("result", "resultType")).isEqualTo("input_required");
    var requests = asked.at("result", "inputRequests").orElseThrow().members();
    assertThat(requests).hasSize(1);
    var key = requests.getFirst().name();
    assertThat(asked.string("result", "inputRequests", key, "method"))
        .isEqualTo("elicitation/create");
    assertThat(asked.text("result", "inputRequests", key, "params")).isEqualTo(ELICITATION);

    var answer =
        modern.call(
            "tools/call",
            "\"name\":\"old__play\",\"arguments\":{\"a\":1.0},\"inputResponses\":{\""
                + key
                + "\":"
                + ACCEPTED
                + "},\"requestState\":"
                + asked.text("result", "requestState"));
    assertThat(answer.json().text("result", "got")).isEqualTo(ACCEPTED);
    assertThat(answer.json().string("result", "resultType")).isEqualTo("complete");
    assertThat(old.received().stream().filter(m -> m.is("tools/call")))
        .as("the call went on where it was")
        .hasSize(1);
  }

  @Test
  void aTamperedStateIsRefused() throws Exception {
    var answer =
        modern.call(
            "tools/call",
            "\"name\":\"old__play\",\"arguments\":{},\"inputResponses\":{\"x\":"
                + ACCEPTED
                + "},\"requestState\":\"forged\"");
    assertThat(answer.errorCode()).isEqualTo(-32602);
    assertThat(old.received()).noneMatch(m -> m.is("tools/call"));
  }
}
