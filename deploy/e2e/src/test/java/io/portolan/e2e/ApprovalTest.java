package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.Headers;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpReply;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that wants an approval: the caller asks, somebody else decides, one call goes through. */
@NeedsDistribution
class ApprovalTest {
  private static final Pattern ID = Pattern.compile("\"approvalId\":\"([0-9a-f]{32})\"");
  private static final String DROP = "{\"table\":\"invoices\"}";

  @TempDir Path dir;

  private GatewayProcess up(RawUpstream upstream) throws Exception {
    return GatewayProcess.configured(
        dir,
        """
        anonymous-access: loopback
        servers:
          raw:
            url: %s
        policy:
          rules:
            - {name: all, effect: allow}
            - {name: ask-first, effect: approve, tools: [drop]}
        """
            .formatted(upstream.url()));
  }

  private static RawUpstream upstream(RawUpstream.Era era) throws Exception {
    var upstream = RawUpstream.start(era, Lists.ofTools(List.of(Lists.tool("drop"))));
    upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
    return upstream;
  }

  private String command(String... arguments) throws Exception {
    return Commands.run(dir, 0, arguments);
  }

  private static String text(Answered answered) {
    return new String(answered.response(), StandardCharsets.UTF_8);
  }

  private static String id(Answered refused) {
    var matcher = ID.matcher(text(refused));
    assertThat(matcher.find()).as(text(refused)).isTrue();
    return matcher.group(1);
  }

  private static HttpReply api(GatewayProcess gateway, String key, HttpRequest request)
      throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      return connection.exchange(
          request.with("Authorization", "Bearer " + key).with("Content-Type", "application/json"));
    }
  }

  private static HttpReply decide(GatewayProcess gateway, String key, String id, String decision)
      throws Exception {
    return api(
        gateway,
        key,
        HttpRequest.post(
            "/api/v1/approvals/" + id + "/decision",
            Headers.NONE,
            "{\"decision\":\"" + decision + "\",\"rationale\":\"as agreed\"}"));
  }

  @Test
  void anApprovedCallGoesThroughOnceAlsoAfterARestart() throws Exception {
    for (var era : RawUpstream.Era.values()) {
      try (var upstream = upstream(era)) {
        try (var gateway = up(upstream)) {
          var client = new ModernClient(gateway.endpoint());
          var refused = client.callTool("raw__drop", DROP);
          assertThat(text(refused)).contains("-31021").contains("\"status\":\"pending\"");
          assertThat(command("approval", "list"))
              .contains(id(refused))
              .contains("raw/drop by anonymous, rule 'ask-first'")
              .contains(DROP);
          assertThat(command("approval", "approve", id(refused))).contains("is approved");
          gateway.kill();
        }
        try (var gateway = up(upstream)) {
          var client = new ModernClient(gateway.endpoint());
          assertThat(text(client.callTool("raw__drop", "{\"table\":\"customers\"}")))
              .contains("-31021");
          assertThat(text(LegacyClient.open(gateway.endpoint()).callTool("raw__drop", DROP)))
              .contains("\"content\":[]");
          assertThat(text(client.callTool("raw__drop", DROP))).contains("-31021");
          assertThat(gateway.terminate()).isZero();
        }
      }
    }
  }

  @Test
  void onlyApproversOfTheTenantDecideAndTheCallerIsToldWhyNot() throws Exception {
    try (var upstream = upstream(RawUpstream.Era.MODERN);
        var gateway = up(upstream)) {
      var approver = command("key", "create", "ann", "--role", "approver").lines().findFirst();
      var caller = command("key", "create", "bob", "--role", "caller").lines().findFirst();
      command("tenant", "create", "other");
      var foreign =
          command("key", "create", "eve", "--role", "approver", "--tenant", "other")
              .lines()
              .findFirst();
      var client = new ModernClient(gateway.endpoint());
      var id = id(client.callTool("raw__drop", DROP));

      assertThat(decide(gateway, caller.orElseThrow(), id, "approve").status()).isEqualTo(403);
      assertThat(decide(gateway, foreign.orElseThrow(), id, "approve").status()).isEqualTo(404);
      var shown =
          api(
              gateway,
              approver.orElseThrow(),
              HttpRequest.get("/api/v1/approvals/" + id, Headers.NONE));
      assertThat(shown.text()).contains("\"arguments\":\"{\\\"table\\\":\\\"invoices\\\"}\"");
      assertThat(decide(gateway, approver.orElseThrow(), id, "maybe").text())
          .contains("decision is 'maybe'; expected approve or reject");
      assertThat(decide(gateway, approver.orElseThrow(), id, "reject").status()).isEqualTo(200);
      assertThat(decide(gateway, approver.orElseThrow(), id, "approve").status()).isEqualTo(409);
      assertThat(text(client.callTool("raw__drop", DROP)))
          .contains("\"status\":\"rejected\"")
          .contains("They say: as agreed");
    }
    assertThat(command("audit", "export"))
        .contains("POST /api/v1/approvals/{id}/decision")
        .doesNotContain("invoices");
  }
}
