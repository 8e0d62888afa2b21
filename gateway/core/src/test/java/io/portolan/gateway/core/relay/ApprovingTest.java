package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.GatewayFixture.Done;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.policy.Effect;
import io.portolan.tenancy.policy.ReloadablePolicy;
import io.portolan.tenancy.policy.Rule;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.What;
import io.portolan.tenancy.policy.Who;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that somebody has to approve of, under a rule that asks for it for everything. */
@Timeout(120)
class ApprovingTest {
  private static final Caller DAVE = caller("dave");
  private static final String ARGUMENTS = "{\"path\":\"/a\"}";
  private static final String NEEDED = "-31021";

  private final ScriptedServer recent =
      new ScriptedServer("recent", Era.MODERN)
          .tools("drop")
          .on("tools/call", asked -> asked.result("{\"content\":[]}"));
  private final ScriptedServer old =
      new ScriptedServer("old", Era.LEGACY)
          .tools("drop")
          .on("tools/call", asked -> asked.result("{\"content\":[]}"));
  private final GatewayFixture gateway;

  ApprovingTest() throws InterruptedException {
    var ask = new Rule("ask first", Effect.APPROVE, Who.EVERYBODY, What.EVERYTHING, null);
    gateway = GatewayFixture.under(new ReloadablePolicy(RuleSet.of(List.of(ask))), recent, old);
    gateway.as(DAVE);
  }

  private static Caller caller(String subject) {
    return new Caller(
        new Principal(new TenantId("acme"), subject),
        "key:" + subject,
        null,
        Set.of(),
        Set.of(),
        Set.of());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  /** How a client calls. */
  enum Client {
    MODERN,
    LEGACY;

    Done calls(GatewayFixture gateway, String tool, String arguments) throws Exception {
      var params = "\"name\":\"" + tool + "\",\"arguments\":" + arguments;
      return this == MODERN
          ? gateway.modernCall("tools/call", tool, params)
          : gateway.call(gateway.initialize("{}"), 1, "tools/call", "{" + params + "}");
    }
  }

  private static String code(Done done) {
    return Wire.at(done.body(), "error", "code");
  }

  @ParameterizedTest
  @EnumSource
  void anApprovalIsGoodForOneCallWithTheSameArguments(Client client) throws Exception {
    for (var server : List.of(recent, old)) {
      var tool = server.definition().name() + "__drop";
      var first = client.calls(gateway, tool, ARGUMENTS);
      assertThat(code(first)).isEqualTo(NEEDED);
      assertThat(first.record().outcome()).isEqualTo(Outcome.DENIED);
      assertThat(Wire.string(first.body(), "error", "data", "status")).isEqualTo("pending");
      assertThat(server.received("tools/call")).isEmpty();

      gateway.approvals().give();
      assertThat(client.calls(gateway, tool, "{\"path\":\"/b\"}").body()).contains(NEEDED);
      assertThat(client.calls(gateway, tool, "{ \"path\":\"/a\"}").body()).contains(NEEDED);
      assertThat(server.received("tools/call")).isEmpty();

      assertThat(client.calls(gateway, tool, ARGUMENTS).body()).contains("\"content\":[]");
      assertThat(server.received("tools/call")).hasSize(1);
      assertThat(code(client.calls(gateway, tool, ARGUMENTS))).isEqualTo(NEEDED);
      assertThat(server.received("tools/call")).hasSize(1);
    }
  }

  @Test
  void anApprovalOfOneCallerIsNoneOfAnother() throws Exception {
    assertThat(code(Client.MODERN.calls(gateway, "old__drop", ARGUMENTS))).isEqualTo(NEEDED);
    gateway.approvals().give();
    gateway.as(caller("eve"));
    assertThat(code(Client.MODERN.calls(gateway, "old__drop", ARGUMENTS))).isEqualTo(NEEDED);
    gateway.as(DAVE);
    assertThat(Client.MODERN.calls(gateway, "old__drop", ARGUMENTS).body())
        .contains("\"content\":[]");
  }

  @Test
  void whoeverApprovesIsToldWhoWantsWhat() throws Exception {
    var _ = Client.MODERN.calls(gateway, "old__drop", ARGUMENTS);
    var action = gateway.approvals().asked().getLast();
    assertThat(action.caller()).isEqualTo(DAVE);
    assertThat(action.item().server()).isEqualTo("old");
    assertThat(action.item().name()).isEqualTo("drop");
    assertThat(action.rule()).isEqualTo("ask first");
    assertThat(action.arguments()).isEqualTo(ARGUMENTS);
  }

  @Test
  void anApprovalIsNotUsedUpByACallThatAsksItsClientFirst() throws Exception {
    recent.on(
        "tools/call",
        asked ->
            asked.text().contains("inputResponses")
                ? asked.result("{\"content\":[],\"resultType\":\"complete\"}")
                : asked.result(
                    "{\"resultType\":\"input_required\",\"requestState\":\"s\","
                        + "\"inputRequests\":{\"q\":{\"method\":\"roots/list\",\"params\":{}}}}"));
    var _ = Client.MODERN.calls(gateway, "recent__drop", ARGUMENTS);
    gateway.approvals().give();

    var params = "\"name\":\"recent__drop\",\"arguments\":" + ARGUMENTS;
    assertThat(gateway.modernCall("tools/call", "recent__drop", params).body())
        .contains("input_required");
    var answered =
        gateway.modernCall(
            "tools/call",
            "recent__drop",
            params + ",\"requestState\":\"s\",\"inputResponses\":{\"q\":{\"roots\":[]}}");
    assertThat(answered.body()).contains("\"complete\"");
    assertThat(code(Client.MODERN.calls(gateway, "recent__drop", ARGUMENTS))).isEqualTo(NEEDED);
  }

  @Test
  void anApprovalIsNotUsedUpByACallThatReachesNoServer() throws Exception {
    var _ = Client.MODERN.calls(gateway, "recent__drop", ARGUMENTS);
    gateway.approvals().give();
    var without =
        gateway.post(
            new Route.Federated(),
            FixedHeaders.of(
                Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call")),
            GatewayFixture.modernMessage(
                "tools/call", "", "\"name\":\"recent__drop\",\"arguments\":" + ARGUMENTS));
    assertThat(without.record().outcome()).isEqualTo(Outcome.BAD_REQUEST);
    recent.on(
        "tools/call", _ -> new Answer.Failed(new UpstreamFailure.Unreachable("no connection")));
    var unreachable = Client.MODERN.calls(gateway, "recent__drop", ARGUMENTS);
    assertThat(unreachable.record().outcome()).isEqualTo(Outcome.UPSTREAM_UNREACHABLE);
    recent.on("tools/call", asked -> asked.result("{\"content\":[]}"));
    assertThat(Client.MODERN.calls(gateway, "recent__drop", ARGUMENTS).body())
        .contains("\"content\":[]");
  }
}
