package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.GatewayFixture.Done;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.policy.Patterns;
import io.portolan.tenancy.policy.ReloadablePolicy;
import io.portolan.tenancy.policy.Roles;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.RuleSet.RiskOf;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that are recorded before they are made, and those that are not. */
@Timeout(120)
class IntentsTest {
  private static final Caller DAVE =
      new Caller(
          new Principal(new TenantId("acme"), "dave"),
          "key:dave",
          null,
          Set.of(),
          Set.of(),
          Set.of());

  private final ScriptedServer server =
      new ScriptedServer("files", Era.LEGACY)
          .list(
              ListKind.TOOLS,
              tool("drop", "\"destructiveHint\":true"),
              tool("read", "\"readOnlyHint\":true"),
              tool("unsaid", ""),
              tool("wipe", "\"readOnlyHint\":true"))
          .on("tools/call", asked -> asked.result("{\"content\":[]}"));
  private final GatewayFixture gateway;

  IntentsTest() throws InterruptedException {
    var wipe = new RiskOf(Patterns.ANY, Patterns.of(List.of("wipe")), Risk.L3);
    var rules = new RuleSet(List.of(), Roles.STANDARD, List.of(wipe), List.of());
    gateway = GatewayFixture.under(new ReloadablePolicy(rules), server);
    gateway.as(DAVE);
  }

  private static String tool(String name, String annotations) {
    return "{\"name\":\"%s\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{%s}}"
        .formatted(name, annotations);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  /** How a client calls. */
  enum Client {
    MODERN,
    LEGACY;

    Done calls(GatewayFixture gateway, String tool) throws Exception {
      var params = "\"name\":\"files__" + tool + "\",\"arguments\":{}";
      return this == MODERN
          ? gateway.modernCall("tools/call", "files__" + tool, params)
          : gateway.call(gateway.initialize("{}"), 1, "tools/call", "{" + params + "}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatMayDestroyIsRecordedBeforeItIsDone(Client client) throws Exception {
    for (var tool : List.of("drop", "wipe")) {
      gateway.audit().intended().clear();
      var done = client.calls(gateway, tool);
      assertThat(done.body()).contains("\"content\":[]");
      var event = gateway.audit().intended().getFirst();
      assertThat(event.phase()).isInstanceOf(Phase.Intended.class);
      assertThat(event.caller()).isEqualTo(DAVE);
      assertThat(event.action().server()).isEqualTo("files");
      assertThat(event.action().tool()).isEqualTo(tool);
      assertThat(event.action().callId()).isNotNull().isEqualTo(done.record().callId());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeRecordedIsNotDone(Client client) throws Exception {
    gateway.audit().fill();
    var done = client.calls(gateway, "drop");
    assertThat(done.reply().status()).isEqualTo(503);
    assertThat(done.record().outcome()).isEqualTo(Outcome.OVERLOADED);
    assertThat(server.received("tools/call")).isEmpty();
    assertThat(client.calls(gateway, "read").body()).contains("\"content\":[]");
  }

  @Test
  void whatOnlyReadsOrSaysNothingIsNotHeldUp() throws Exception {
    for (var tool : List.of("read", "unsaid")) {
      assertThat(Client.MODERN.calls(gateway, tool).record().callId()).isNull();
    }
    assertThat(gateway.audit().intended()).isEmpty();
  }

  @Test
  void whoIsNotAuditedIsNotHeldUp() throws Exception {
    gateway.as(Caller.ANONYMOUS);
    assertThat(Client.MODERN.calls(gateway, "drop").body()).contains("\"content\":[]");
    assertThat(gateway.audit().intended()).isEmpty();
  }
}
