package io.portolan.gateway.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.RecordedReply;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Cost;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditedGatewayTest {
  private AuditTrail.Whose whose = AuditTrail.Whose.EVERYBODY;
  private static final Instant NOW = Instant.parse("2026-11-21T16:00:00Z");
  private static final TraceContext TRACE = TraceContext.start();
  private static final Slice BODY = Slice.utf8("{\"arguments\":{\"a\":1}}");

  private final Kept audit = new Kept();
  private final LimitCounts counts = new LimitCounts();

  /** Keeps what it is told, as long as it has room. */
  private static final class Kept implements AuditLog {
    private final List<AuditEvent> events = new ArrayList<>();
    private Handed answer = Handed.ACCEPTED;

    @Override
    public Before before(AuditEvent event, Deadline deadline) {
      throw new AssertionError("nothing is told before");
    }

    @Override
    public Handed after(AuditEvent event) {
      events.add(event);
      return answer;
    }

    @Override
    public String inputHash(TenantId tenant, byte[] json, int from, int until) {
      return tenant + ":" + new String(json, from, until - from, StandardCharsets.UTF_8);
    }
  }

  /** Ends each request in one way. */
  private record Ending(CallRecord record) implements McpGateway {
    @Override
    public CallRecord post(Inbound inbound, Reply reply) {
      return record;
    }

    @Override
    public CallRecord get(Inbound inbound, Reply reply) {
      return record;
    }

    @Override
    public CallRecord delete(Inbound inbound, Reply reply) {
      return record;
    }

    @Override
    public List<ServerStatus> servers() {
      return List.of();
    }

    @Override
    public boolean ready() {
      return true;
    }

    @Override
    public Gauges gauges() {
      return new Gauges(0, 0, 0, 0);
    }
  }

  @Test
  void anEndedCallIsToldWithAHashOfItsArguments() throws Exception {
    var arguments = new Slice(BODY.array(), 13, 20);
    post(
        new CallRecord(
            "tools/call", "files", "read", null, "modern", Outcome.TOOL_ERROR, TRACE, arguments));
    var event = audit.events.getFirst();
    assertThat(event.at()).isEqualTo(NOW);
    assertThat(event.caller().principal()).isEqualTo(Principal.ANONYMOUS);
    assertThat(event.action())
        .isEqualTo(
            new AuditEvent.Action(null, "tools/call", "files", "read", "development:{\"a\":1}"));
    assertThat(event.phase())
        .isInstanceOfSatisfying(
            Phase.Ended.class, ended -> assertThat(ended.status()).isEqualTo("tool_error"));
    assertThat(event.trace()).isEqualTo(TRACE);
  }

  @Test
  void theRuleThatDecidedIsTold() throws Exception {
    for (var outcome : List.of(Outcome.OK, Outcome.DENIED)) {
      post(
          new CallRecord(
              "tools/call",
              "files",
              "read",
              null,
              "modern",
              outcome,
              TRACE,
              null,
              Cost.FREE,
              null,
              "not-etc"));
    }
    assertThat(audit.events)
        .extracting(AuditEvent::verdict)
        .containsExactly(
            new AuditEvent.Verdict(AuditEvent.Effect.ALLOW, "not-etc"),
            new AuditEvent.Verdict(AuditEvent.Effect.DENY, "not-etc"));
  }

  @Test
  void aRefusedRequestIsToldAsWell() throws Exception {
    post(record("tools/call", Outcome.NOT_FOUND));
    assertThat(audit.events).hasSize(1);
    assertThat(audit.events.getFirst().action().inputHash()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ping", "notifications/initialized"})
  void whatNobodyActsByIsNotTold(String method) throws Exception {
    post(record(method, Outcome.OK));
    assertThat(audit.events).isEmpty();
  }

  @Test
  void anAnonymousCallerIsToldOnlyWhereEverybodyIs() throws Exception {
    whose = AuditTrail.Whose.SIGNED_IN;
    post(record("tools/list", Outcome.OK));
    assertThat(audit.events).isEmpty();
  }

  @Test
  void anEventThatFindsNoRoomIsCounted() throws Exception {
    audit.answer = AuditLog.Handed.LOST;
    post(record("tools/list", Outcome.OK));
    assertThat(counts.of(Limit.AUDIT_EVENTS)).isEqualTo(1);
  }

  private static CallRecord record(String method, Outcome outcome) {
    return new CallRecord(method, null, null, null, "modern", outcome);
  }

  private void post(CallRecord record) throws InterruptedException {
    var gateway =
        new AuditedGateway(
            new Ending(record), new AuditTrail(audit, whose, counts, InstantSource.fixed(NOW)));
    var inbound =
        Inbound.of(
            new Inbound.Route.Federated(),
            Caller.ANONYMOUS,
            new Inbound.Terms(Deadline.in(Duration.ofMinutes(1)), TRACE),
            FixedHeaders.of(Map.of()),
            BODY);
    assertThat(gateway.post(inbound, new RecordedReply())).isEqualTo(record);
  }
}
