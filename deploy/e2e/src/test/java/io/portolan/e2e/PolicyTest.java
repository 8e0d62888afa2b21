package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules in portolan.yaml, as a client of the running gateway meets them. */
@NeedsDistribution
class PolicyTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String RULES =
      """
      policy:
        rules:
          - {name: all, effect: allow}
          - {name: no-drop, effect: forbid, tools: ["drop*"]}
          - {name: not-etc, effect: forbid, tools: [write], when: 'args.path.startsWith("/etc")'}
          - name: no-plans
            effect: forbid
            on: result
            tools: [write]
            when: 'has(result.structuredContent) && result.structuredContent.plan == args.path'
        guardrails:
          - {name: stay, filter: pii, action: placeholder, on: [results]}
          - {name: back, action: restore, on: [arguments], tools: [write]}
      """;

  @TempDir Path dir;

  /** Replaced as a whole, so that nobody reads half of it. */
  private void write(URI server, String rules) throws Exception {
    var text = "servers:\n  raw:\n    url: " + server + "\n" + rules;
    var fresh = Files.writeString(dir.resolve("fresh.yaml"), text);
    Files.move(fresh, dir.resolve("portolan.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  private GatewayProcess up() throws Exception {
    return GatewayProcess.run(
            dir,
            "up",
            "--port",
            "0",
            "--data-dir",
            dir.resolve("data").toString(),
            "--config",
            dir.resolve("portolan.yaml").toString())
        .ready();
  }

  private static RawUpstream upstream(RawUpstream.Era era) throws Exception {
    var tools = List.of(Lists.tool("write"), Lists.tool("drop"), Lists.tool("dropAll"));
    var upstream = RawUpstream.start(era, Lists.ofTools(tools));
    upstream.script(
        call ->
            Answer.result(
                call,
                new String(call.body(), StandardCharsets.UTF_8).contains("/tmp/plan")
                    ? "{\"content\":[],\"structuredContent\":{\"plan\":\"/tmp/plan\"}}"
                    : "{\"content\":[{\"type\":\"text\",\"text\":\"ask a@b.example\"}]}"));
    return upstream;
  }

  private static String text(Answered answered) {
    return new String(answered.response(), StandardCharsets.UTF_8);
  }

  @Test
  void aForbiddenToolDoesNotExistAndForbiddenArgumentsAreRefusedInAllEras() throws Exception {
    for (var era : RawUpstream.Era.values()) {
      try (var upstream = upstream(era)) {
        write(upstream.url(), RULES);
        try (var gateway = up()) {
          var modern = new ModernClient(gateway.endpoint());
          assertThat(text(modern.call("tools/list", "")))
              .contains("raw__write")
              .doesNotContain("drop");
          assertThat(text(modern.callTool("raw__drop", "{}"))).contains("Unknown tool: raw__drop");
          assertThat(text(modern.callTool("raw__write", "{\"path\":\"/etc/x\"}")))
              .contains("-31020")
              .doesNotContain("not-etc");
          assertThat(text(modern.callTool("raw__write", "{\"path\":\"/tmp/x\"}")))
              .contains("ask <email:")
              .doesNotContain("a@b.example");
          assertThat(text(modern.callTool("raw__write", "{\"path\":\"/tmp/plan\"}")))
              .contains("-31020", "withheld by a rule")
              .doesNotContain("/tmp/plan", "no-plans");
          var shown = text(modern.callTool("raw__write", "{\"path\":\"/tmp/x\"}"));
          var placeholder = shown.replaceAll("(?s).*(<email:[^>]*>).*", "$1");
          var _ =
              modern.callTool("raw__write", "{\"path\":\"/tmp/x\",\"to\":\"" + placeholder + "\"}");
          assertThat(new String(upstream.received().getLast().body(), StandardCharsets.UTF_8))
              .contains("\"to\":\"a@b.example\"");
          var legacy = LegacyClient.open(gateway.endpoint());
          assertThat(text(legacy.call("tools/list", "{}")))
              .contains("raw__write")
              .doesNotContain("drop");
          assertThat(text(legacy.callTool("raw__drop", "{}"))).contains("Unknown tool: raw__drop");
          assertThat(text(legacy.callTool("raw__write", "{\"path\":\"/etc/x\"}")))
              .contains("-31020");
          assertThat(text(legacy.callTool("raw__write", "{\"path\":\"/tmp/x\"}")))
              .contains("ask <email:")
              .doesNotContain("a@b.example");
        }
      }
    }
  }

  @Test
  void otherRulesCountWithoutARestartAndMistakesLeaveThoseBeforeInEffect() throws Exception {
    try (var upstream = upstream(RawUpstream.Era.LEGACY)) {
      write(upstream.url(), RULES);
      try (var gateway = up()) {
        var client = new ModernClient(gateway.endpoint());
        write(upstream.url(), RULES.replace("drop*", "dropA*"));
        Eventually.isSo(
            "the tool is there",
            SOON,
            () -> text(client.call("tools/list", "")).contains("\"raw__drop\""));
        write(upstream.url(), RULES.replace("drop*", "nothing").replace("args.path", "args["));
        Eventually.isSo(
            "the mistake is told",
            SOON,
            () -> gateway.metric("portolan_configuration{status=\"rejected\"}") == 1);
        Eventually.isSo("and named", SOON, () -> gateway.stderr().tail().contains("not-etc"));
        assertThat(text(client.call("tools/list", ""))).doesNotContain("dropAll");
      }
    }
  }
}
