package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.AsksForAPause;
import io.portolan.e2e.faults.CallFault;
import io.portolan.e2e.faults.DeepAnswer;
import io.portolan.e2e.faults.Drips;
import io.portolan.e2e.faults.DuplicateIds;
import io.portolan.e2e.faults.EndlessBody;
import io.portolan.e2e.faults.EndlessEvent;
import io.portolan.e2e.faults.HangsMidBody;
import io.portolan.e2e.faults.HealthyTraffic;
import io.portolan.e2e.faults.InvalidUtf8;
import io.portolan.e2e.faults.NeverAnswers;
import io.portolan.e2e.faults.ResetsMidStream;
import io.portolan.e2e.faults.ResetsUnanswered;
import io.portolan.e2e.faults.ServerErrors;
import io.portolan.e2e.faults.WrongId;
import io.portolan.e2e.process.Figures;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that misbehave in the middle of a call: the caller gets a typed error, a server that is
 * ill is left alone, and all the while a server that is well answers everything rightly.
 */
@NeedsDistribution
class UpstreamFaultsTest {
  private static final int FAILED = -31010;
  private static final int TIMED_OUT = -31011;
  private static final int OVERLOADED = -31012;
  private static final int FAILURES_TO_OPEN = 5;
  private static final double HEAP_GROWTH_MIB = 48;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What becomes of the server behind a fault. */
  enum Sequel {
    LEFT_ALONE,
    CALLED_AGAIN
  }

  /** A fault, the server that has it, what its callers are told, and what becomes of it. */
  record Fault(String server, CallFault fault, int code, Sequel sequel) {
    @Override
    public String toString() {
      return server;
    }
  }

  static List<Fault> faults() {
    return List.of(
        new Fault("never-answers", new NeverAnswers(), TIMED_OUT, Sequel.LEFT_ALONE),
        new Fault("hangs-mid-body", new HangsMidBody(), TIMED_OUT, Sequel.LEFT_ALONE),
        new Fault("drips", new Drips(), TIMED_OUT, Sequel.LEFT_ALONE),
        new Fault("resets-mid-stream", new ResetsMidStream(), FAILED, Sequel.LEFT_ALONE),
        new Fault("resets-unanswered", new ResetsUnanswered(), FAILED, Sequel.LEFT_ALONE),
        new Fault("server-errors", new ServerErrors(), FAILED, Sequel.LEFT_ALONE),
        new Fault("asks-for-a-pause", new AsksForAPause(60), OVERLOADED, Sequel.CALLED_AGAIN),
        new Fault("endless-body", new EndlessBody(), FAILED, Sequel.LEFT_ALONE),
        new Fault("endless-event", new EndlessEvent(), FAILED, Sequel.LEFT_ALONE),
        new Fault("deep-answer", new DeepAnswer(), FAILED, Sequel.LEFT_ALONE),
        new Fault("invalid-utf8", new InvalidUtf8(), FAILED, Sequel.LEFT_ALONE),
        new Fault("duplicate-ids", new DuplicateIds(), FAILED, Sequel.LEFT_ALONE),
        new Fault("wrong-id", new WrongId(), FAILED, Sequel.LEFT_ALONE));
  }

  private static Fault fault(String server) {
    return faults().stream().filter(one -> one.server().equals(server)).findFirst().orElseThrow();
  }

  @TempDir static Path dir;

  private static final Map<String, RawUpstream> ILL = new LinkedHashMap<>();
  private static RawUpstream well;
  private static GatewayProcess gateway;
  private static HealthyTraffic traffic;

  @BeforeAll
  static void start() throws Exception {
    well = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    var yaml = new StringBuilder();
    yaml.append("access-log: off\nlimits: {response-bytes-max: 1MiB}\n");
    // Longer than any test: what is left alone stays so.
    yaml.append("resilience: {open-min: 10m, open-max: 10m, failures-to-open: ");
    yaml.append(FAILURES_TO_OPEN).append("}\nservers:\n");
    yaml.append("  well: {url: '").append(well.url()).append("', timeout: 60s}\n");
    for (var fault : faults()) {
      var upstream = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
      upstream.script(fault.fault()::to);
      ILL.put(fault.server(), upstream);
      yaml.append("  ").append(fault.server()).append(": {url: '").append(upstream.url());
      yaml.append("', timeout: 3s}\n");
    }
    gateway = GatewayProcess.configured(dir, yaml.toString());
    traffic = HealthyTraffic.to(well, gateway.endpoint(), "well__play");
  }

  @AfterAll
  static void stop() {
    Closing.all(traffic, gateway, well);
    Closing.all(ILL.values().toArray(AutoCloseable[]::new));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void theCallerIsToldAndTheOthersAreServed(Fault fault) throws Exception {
    var before = traffic.calls();
    for (var answer : new Answered[] {legacy(fault), modern(fault)}) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(fault.code());
      assertThat(answer.errorMessage()).startsWith("Server '" + fault.server() + "' ");
      assertThat(answer.toString())
          .doesNotContain("Exception")
          .doesNotContain("com.example")
          .doesNotContain("io.portolan")
          .doesNotContain(":" + ill(fault).port());
    }
    switch (fault.sequel()) {
      case LEFT_ALONE -> assertLeftAlone(fault);
      case CALLED_AGAIN ->
          assertThat(gateway.health(fault.server()).path("calls").path("circuit").asString())
              .isEqualTo("closed");
    }
    Eventually.isSo("others are served", PATIENCE, () -> traffic.calls() >= before + 20);
  }

  private static void assertLeftAlone(Fault fault) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var failing = new ArrayList<Future<Answered>>();
      for (int i = 2; i < FAILURES_TO_OPEN; i++) {
        failing.add(threads.submit(() -> modern(fault)));
      }
      for (var call : failing) {
        assertThat(call.get().errorCode()).isEqualTo(fault.code());
      }
    }
    var arrived = ill(fault).received().size();
    var refused = modern(fault);
    assertThat(refused.errorCode()).isEqualTo(FAILED);
    assertThat(refused.errorMessage()).contains("is not called since 20", "several times in a row");
    assertThat(refused.json().text("error", "data", "mayHaveRun")).isEqualTo("false");
    assertThat(refused.headers().first("Retry-After")).isPresent();
    assertThat(ill(fault).received().stream().skip(arrived))
        .as("what else it was asked")
        .noneMatch(message -> message.is("tools/call"));
    var calls = gateway.health(fault.server()).path("calls");
    assertThat(calls.path("circuit").asString()).isEqualTo("open");
    assertThat(calls.path("reason").asString()).isNotEmpty();
    assertThat(new Figures(gateway).sum("portolan_server_circuits", "open")).isPositive();
  }

  /** Whatever a server sends, no more of it is kept than the limit on answers. */
  @Test
  void whatIsTooMuchLeavesNothingBehind(@TempDir Path other) throws Exception {
    var servers = List.of("endless-body", "endless-event", "deep-answer");
    var yaml = new StringBuilder("access-log: off\nlimits: {response-bytes-max: 1MiB}\n");
    yaml.append("resilience: {failures-to-open: 1000}\nservers:\n");
    for (var server : servers) {
      yaml.append("  ").append(server).append(": {url: '").append(ill(fault(server)).url());
      yaml.append("', timeout: 60s}\n");
    }
    try (var patient = GatewayProcess.configured(other, yaml.toString());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var figures = new Figures(patient);
      var before = figures.heapMiB();
      var calls = new ArrayList<Future<Answered>>();
      for (int i = 0; i < 8; i++) {
        for (var server : servers) {
          calls.add(threads.submit(() -> modern(patient, server)));
        }
      }
      for (var call : calls) {
        assertThat(call.get().errorMessage()).contains("is not valid MCP or is over a limit");
      }
      Eventually.isSo(
          "the heap is where it was: " + before,
          PATIENCE,
          () -> figures.heapMiB() < before + HEAP_GROWTH_MIB);
      assertThat(patient.isAlive()).isTrue();
    }
  }

  private static RawUpstream ill(Fault fault) {
    return Objects.requireNonNull(ILL.get(fault.server()));
  }

  private static Answered legacy(Fault fault) throws IOException, InterruptedException {
    return LegacyClient.open(gateway.endpoint()).callTool(fault.server() + "__play", "{}");
  }

  private static Answered modern(Fault fault) throws IOException, InterruptedException {
    return modern(gateway, fault.server());
  }

  private static Answered modern(GatewayProcess asked, String server)
      throws IOException, InterruptedException {
    var client = new ModernClient(asked.endpoint());
    return client.send(
        utf8(
            client.message(
                "1", "tools/call", "\"name\":\"" + server + "__play\",\"arguments\":{}")));
  }
}
