package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonMaker;
import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of one era before servers of the other. */
@NeedsDistribution
class BridgedTest {
  private static final int SEEDS = 30;

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
  void argumentsAndResultsKeepTheirBytesAcrossTheEras() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      var maker = new JsonMaker(new SplittableRandom(seed));
      var arguments = maker.object(4);
      var structured = maker.object(4);
      var own = maker.value(3);
      old.script(
          call ->
              Answer.result(
                  call,
                  "{\"content\":[],\"structuredContent\":"
                      + structured
                      + ",\"x-own\":"
                      + own
                      + "}"));
      recent.script(
          call ->
              Answer.result(
                  call,
                  "{\"resultType\":\"complete\",\"content\":[],\"structuredContent\":"
                      + structured
                      + ",\"x-own\":"
                      + own
                      + "}"));
      var downgraded = legacy.callTool("recent__play", arguments).json();
      var upgraded = modern.callTool("old__play", arguments).json();
      for (var answer : List.of(downgraded, upgraded)) {
        assertThat(answer.text("result", "structuredContent")).isEqualTo(structured);
        assertThat(answer.text("result", "x-own")).isEqualTo(own);
      }
      assertThat(upgraded.string("result", "resultType")).isEqualTo("complete");
      for (var upstream : List.of(old, recent)) {
        assertThat(upstream.last("tools/call").json().text("params", "arguments"))
            .as("seed %d", seed)
            .isEqualTo(arguments);
      }
    }
    assertThat(recent.complaints()).isEmpty();
    assertThat(old.complaints()).isEmpty();
  }

  @Test
  void aMissingResourceHasTheCodeOfTheClientsEra() throws Exception {
    old.script(call -> Answer.error(call, 200, -32002, "Resource not found"));
    recent.script(call -> Answer.error(call, 400, -32602, "Resource not found"));
    assertThat(modern.call("resources/read", "\"uri\":\"old+raw://one\"").errorCode())
        .isEqualTo(-32602);
    assertThat(legacy.call("resources/read", "{\"uri\":\"recent+raw://one\"}").errorCode())
        .isEqualTo(-32002);
  }

  @Test
  void progressCrossesTheErasUnderTheClientsToken() throws Exception {
    for (var upstream : List.of(old, recent)) {
      upstream.script(
          call ->
              new Answer.Sse(
                  List.of(
                      utf8(
                          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                              + "{\"progressToken\":"
                              + call.json().text("params", "_meta", "progressToken")
                              + ",\"progress\":1.50}}"),
                      utf8(
                          Answer.response(call, "{\"content\":[],\"resultType\":\"complete\"}")))));
    }
    var down =
        legacy.send(
            utf8(
                LegacyClient.message(
                    "1",
                    "tools/call",
                    "{\"name\":\"recent__play\",\"_meta\":{\"progressToken\":\"mine\"}}")));
    var up =
        modern.send(
            utf8(
                modern
                    .message("1", "tools/call", "\"name\":\"old__play\"")
                    .replace("\"_meta\":{", "\"_meta\":{\"progressToken\":\"mine\",")));
    for (var answer : List.of(down, up)) {
      assertThat(answer.others()).hasSize(1);
      var progress = JsonText.of(answer.others().getFirst());
      assertThat(progress.string("params", "progressToken")).isEqualTo("mine");
      assertThat(progress.text("params", "progress")).isEqualTo("1.50");
    }
  }

  @Test
  void listsHoldTheServersOfBothErasForBoth() throws Exception {
    var forLegacy = new String(legacy.call("tools/list", "{}").result(), UTF_8);
    var forModern = new String(modern.call("tools/list", "").result(), UTF_8);
    assertThat(forLegacy).contains("old__play").contains("recent__play");
    assertThat(forModern).contains("old__play").contains("recent__play");
  }
}
