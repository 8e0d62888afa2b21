package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding tools and calling what was found, through the running gateway in both eras. */
@NeedsDistribution
@SuppressWarnings("NullAway.Init")
class ToolSearchTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  @TempDir static Path dir;
  private static RawUpstream raw;
  private static GatewayProcess gateway;
  private static ModernClient modern;
  private static LegacyClient legacy;

  private static String tool(String name, String description) {
    return "{\"name\":\"%s\",\"description\":\"%s\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}}"
        .formatted(name, description);
  }

  @BeforeAll
  static void start() throws Exception {
    raw =
        RawUpstream.start(
            RawUpstream.Era.LEGACY,
            Lists.ofTools(
                List.of(
                    tool("get_forecast", "Tells the weather of the next days at a place"),
                    tool("create_issue", "Opens a ticket in a repository"),
                    tool("send_mail", "Writes a letter to somebody"),
                    tool("read_secret", "Tells the weather of hearts, which nobody may know"))));
    raw.script(
        call -> Answer.result(call, "{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}"));
    gateway =
        GatewayProcess.configured(
            dir,
            """
            servers:
              raw:
                url: %s
            tool-search:
              from-tools: 3
            policy:
              rules:
                - {name: all, effect: allow}
                - {name: no-secrets, effect: forbid, tools: ["*secret*"]}
                - {name: not-there, effect: forbid, tools: [send_mail], when: 'args.place == "moon"'}
            """
                .formatted(raw.url()));
    modern = new ModernClient(gateway.endpoint());
    legacy = LegacyClient.open(gateway.endpoint());
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, raw);
  }

  private static String text(Answered answered) {
    return new String(answered.response(), StandardCharsets.UTF_8);
  }

  private static String callBoth(String tool, String arguments) throws Exception {
    var one = text(modern.callTool(tool, arguments));
    var other = text(legacy.callTool(tool, arguments));
    return one + "\n" + other;
  }

  @Test
  void theTwoAreListedBeforeTheOthers() throws Exception {
    for (var list : List.of(modern.call("tools/list", ""), legacy.call("tools/list", "{}"))) {
      var names = text(list);
      assertThat(names.indexOf("\"find_tools\"")).isPositive();
      assertThat(names.indexOf("\"call_tool\"")).isLessThan(names.indexOf("raw__get_forecast"));
    }
  }

  @Test
  void whatIsFoundComesWithItsSchemaAndWhyItWasFound() throws Exception {
    for (var answer :
        List.of(
            modern.callTool("find_tools", "{\"query\":\"weather forecast\",\"limit\":2}"),
            legacy.callTool("find_tools", "{\"query\":\"weather forecast\",\"limit\":2}"))) {
      var result = JsonText.of(text(answer));
      assertThat(result.string("result", "structuredContent", "tools", "0", "tool", "name"))
          .isEqualTo("raw__get_forecast");
      assertThat(text(answer))
          .contains("\"inputSchema\":{\"type\":\"object\",\"properties\":{\"place\"")
          .contains("\"why\":{\"words\":{\"rank\":1")
          .doesNotContain("secret");
    }
  }

  @Test
  void theModelFindsWhatIsSaidInOtherWords() throws Exception {
    Eventually.isSo(
        "the model has read the tools",
        SOON,
        () ->
            text(modern.callTool("find_tools", "{\"query\":\"report a bug\",\"limit\":1}"))
                .contains("MiniLM"));
    var found = JsonText.of(text(modern.callTool("find_tools", "{\"query\":\"report a bug\"}")));
    assertThat(found.string("result", "structuredContent", "tools", "0", "tool", "name"))
        .isEqualTo("raw__create_issue");
  }

  @Test
  void whatIsFoundCanBeCalledByItsNameThroughTheSearch() throws Exception {
    raw.forgetReceived();
    assertThat(
            callBoth(
                "call_tool", "{\"name\":\"raw__get_forecast\",\"arguments\":{\"place\":\"Oslo\"}}"))
        .containsSubsequence("\"done\"", "\"done\"");
    var body = new String(raw.last("tools/call").body(), StandardCharsets.UTF_8);
    assertThat(body)
        .contains("\"name\":\"get_forecast\"")
        .contains("\"arguments\":{\"place\":\"Oslo\"}")
        .doesNotContain("call_tool");
    assertThat(callBoth("call_tool", "{\"name\":\"raw__get_forecast\"}"))
        .containsSubsequence("\"done\"", "\"done\"");
  }

  @Test
  void whatMayNotBeCalledIsAnsweredAsIfItWereCalledItself() throws Exception {
    raw.forgetReceived();
    for (var refused :
        List.of(
            "\"raw__read_secret\",{}",
            "\"raw__send_mail\",{\"place\":\"moon\"}",
            "\"no__one\",{}")) {
      var name = refused.substring(1, refused.indexOf('"', 1));
      var arguments = refused.substring(refused.indexOf(',') + 1);
      var through = "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}";
      assertThat(withoutId(callBoth("call_tool", through)))
          .isEqualTo(withoutId(callBoth(name, arguments)));
    }
    assertThat(raw.received()).noneMatch(received -> received.is("tools/call"));
  }

  private static String withoutId(String answer) {
    return answer.replaceAll("\"id\":\\d+", "\"id\":0");
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    assertThat(callBoth("find_tools", "{}")).containsSubsequence("-32602", "arguments.query");
    assertThat(callBoth("find_tools", "{\"query\":\"x\",\"limit\":21}")).contains("1 to 20");
    assertThat(callBoth("find_tools", "{\"query\":\"" + "x".repeat(1001) + "\"}"))
        .contains("1 to 1000");
    assertThat(callBoth("call_tool", "{\"arguments\":{}}")).contains("call_tool needs arguments");
    assertThat(callBoth("call_tool", "{\"name\":\"call_tool\",\"arguments\":{}}"))
        .contains("call_tool needs arguments");
  }

  @Test
  void theEndpointOfOneServerHasNoneOfIt() throws Exception {
    var single = new ModernClient(gateway.endpoint("raw"));
    assertThat(text(single.call("tools/list", ""))).doesNotContain("find_tools");
    assertThat(text(single.callTool("find_tools", "{\"query\":\"weather\"}"))).contains("-32602");
  }

  @Test
  void theManagementApiFindsTheSame() throws Exception {
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    try (var administrator = new Actor(gateway.endpoint(), key)) {
      var path = "/api/v1/tools/search?tenant=development";
      var told = administrator.api("POST", path, "{\"query\":\"weather forecast\",\"limit\":3}");
      assertThat(told.status()).as(told.body()).isEqualTo(200);
      assertThat(JsonText.of(told.body()).string("tools", "0", "tool", "name"))
          .isEqualTo("raw__get_forecast");
      assertThat(told.body()).doesNotContain("secret");
      assertThat(administrator.api("POST", path, "{\"query\":\"\"}").status()).isEqualTo(400);
      assertThat(administrator.api("POST", path, "{\"query\":\"x\",\"limit\":0}").status())
          .isEqualTo(400);
    }
  }
}
