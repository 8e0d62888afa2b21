package io.portolan.gateway.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.RecordedReply;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.UsageLedger;
import io.portolan.tenancy.UsageLedger.Bytes;
import io.portolan.tenancy.UsageLedger.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageGatewayTest {
  private static final Slice BODY = Slice.utf8("{\"jsonrpc\":\"2.0\"}");
  private static final Payload ANSWER = Payload.of("{\"result\":{}}");

  private final List<UsageLedger.Call> calls = new ArrayList<>();

  /** Answers each request in one way, whole or as a stream of two frames. */
  private record Answering(CallRecord record, boolean streams) implements McpGateway {
    @Override
    public CallRecord post(Inbound inbound, Reply reply) {
      if (streams) {
        var sink = reply.stream(List.of());
        assertThat(sink.write(ANSWER)).isTrue();
        assertThat(sink.write(ANSWER)).isTrue();
        sink.close();
      } else {
        reply.whole(200, List.of(), ANSWER);
      }
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
  void aCallIsCountedWithWhereItWentAndWhatWasCarried() throws Exception {
    post(new CallRecord("tools/call", "files", "read", null, "modern", Outcome.OK), false);
    var call = calls.getFirst();
    assertThat(call.server()).isEqualTo("files");
    assertThat(call.tool()).isEqualTo("read");
    assertThat(call.ending()).isEqualTo(Ending.OK);
    assertThat(call.bytes()).isEqualTo(new Bytes(BODY.length(), ANSWER.length()));
    assertThat(call.nanos()).isNotNegative();
  }

  @Test
  void aStreamIsCountedByItsFrames() throws Exception {
    post(record("resources/read", Outcome.OK), true);
    assertThat(calls.getFirst().bytes().out()).isEqualTo(2L * ANSWER.length());
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void whateverBecameOfACallItIsCounted(Outcome outcome) throws Exception {
    post(record("prompts/get", outcome), false);
    assertThat(calls.getFirst().ending())
        .isEqualTo(
            switch (outcome) {
              case OK -> Ending.OK;
              case TOOL_ERROR -> Ending.TOOL_ERROR;
              case BAD_REQUEST, DENIED, WITHHELD, NOT_FOUND, OVERLOADED -> Ending.REFUSED;
              default -> Ending.FAILED;
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ping", "tools/list", "notifications/initialized"})
  void whatCostsNoServerAnythingIsNotCounted(String method) throws Exception {
    post(record(method, Outcome.OK), false);
    assertThat(calls).isEmpty();
  }

  private static CallRecord record(String method, Outcome outcome) {
    return new CallRecord(method, null, null, null, "modern", outcome);
  }

  private void post(CallRecord record, boolean streams) throws InterruptedException {
    UsageLedger ledger =
        (caller, call) -> {
          assertThat(caller).isEqualTo(Caller.ANONYMOUS);
          calls.add(call);
        };
    var inbound =
        Inbound.of(
            new Inbound.Route.Federated(),
            Caller.ANONYMOUS,
            new Inbound.Terms(Deadline.in(Duration.ofMinutes(1)), TraceContext.start()),
            FixedHeaders.of(Map.of()),
            BODY);
    var gateway = new UsageGateway(new Answering(record, streams), ledger);
    assertThat(gateway.post(inbound, new RecordedReply())).isEqualTo(record);
  }
}
