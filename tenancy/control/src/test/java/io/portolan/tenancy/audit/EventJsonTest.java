package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  @Test
  void anEndedCallIsToldWithAllItsMembers() {
    assertThat(EventJson.of(5, Chains.event(Chains.ACME, 3)))
        .isEqualTo(
            "{\"seq\":5,\"type\":\"tool_call\",\"at\":\"2026-11-21T16:00:00.123Z\","
                + "\"tenant_id\":\"acme\",\"principal\":\"alice\",\"credential\":\"key:k1\","
                + "\"agent_id\":\"agent-1\",\"call_id\":\"call-3\",\"method\":\"tools/call\","
                + "\"server\":\"files\",\"tool_id\":\"read\",\"input_hash\":\"hmac-sha256:00\","
                + "\"policy_decision\":\"allow\",\"rule\":\"rule-7\",\"execution_status\":\"ok\","
                + "\"latency_ms\":1.234,\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"}");
  }

  @Test
  void whatIsAbsentIsLeftOut() {
    var event = Chains.event(Chains.ACME, 1);
    var bare =
        new AuditEvent(
            event.at(),
            event.caller(),
            new Action("c", "tools/list", null, null, null),
            Verdict.NO_RULES,
            new Phase.Intended(),
            event.trace());
    assertThat(EventJson.of(1, bare))
        .contains("\"type\":\"mcp_request\"", "\"execution_status\":\"intended\"")
        .doesNotContain("server", "tool_id", "input_hash", "rule", "latency_ms", "null");
  }

  @Test
  void aChangeOverTheManagementApiIsToldApartFromAMethodThatIsCalledLikeIt() {
    var event = Chains.event(Chains.ACME, 1);
    for (var kind : AuditEvent.Kind.values()) {
      var action = new Action(kind, "c", "POST /api/v1/keys", null, null, null);
      var told =
          new AuditEvent(
              event.at(),
              event.caller(),
              action,
              Verdict.NO_RULES,
              new Phase.Intended(),
              event.trace());
      assertThat(EventJson.of(1, told).contains("\"type\":\"management\""))
          .isEqualTo(kind == AuditEvent.Kind.MANAGEMENT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer abcdefghijklmnop",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2ln",
        "sk-proj-abcdefghijklmnop",
        "ghp_0123456789abcdefABCDEF",
        "AKIAIOSFODNN7EXAMPLE",
        "xoxb-1234567890-abcdef",
        "-----BEGIN PRIVATE KEY-----MIIE"
      })
  void credentialsInNamesAreRedacted(String secret) {
    assertThat(told("do " + secret)).contains("do [redacted]").doesNotContain(secret);
  }

  @Test
  void namesAreWrittenAsAsciiOnOneLineAndCut() {
    assertThat(told("a\"b\\c\nd\u00e9\0"))
        .contains("\"method\":\"a\\\"b\\\\c\\u000ad\\u00e9\\u0000\"");
    assertThat(told("x".repeat(257))).contains("x".repeat(256)).doesNotContain("x".repeat(257));
  }

  private static String told(String method) {
    var event = Chains.event(Chains.ACME, 1);
    return EventJson.of(
        1,
        new AuditEvent(
            event.at(),
            event.caller(),
            new Action("c", method, null, null, null),
            event.verdict(),
            event.phase(),
            event.trace()));
  }
}
