package io.portolan.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.bench.load.FakeServer.Answer;
import io.portolan.bench.load.FakeServer.CallAnswer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedLoadTest {
  private static final int PER_SECOND = 1_000;
  private static final Duration WINDOW = Duration.ofMillis(200);
  private static final int DUE = 200;

  @Test
  void everyCallThatIsDueIsMadeAndCounted() throws Exception {
    var result = run(4, (_, id) -> Answer.json(FakeServer.echoed(id)));
    assertThat(result.errors()).isEmpty();
    assertThat(result.wrong()).isZero();
    assertThat(result.latency().count()).isEqualTo(DUE);
  }

  @Test
  void aWrongReplyIsCountedAndTheOthersGoOn() throws Exception {
    var result = run(1, (n, id) -> Answer.json(FakeServer.echoed(n == 20 ? id - 1 : id)));
    assertThat(result.wrong()).isEqualTo(1);
    assertThat(result.latency().count()).isEqualTo(DUE - 1);
    assertThat(result.errors()).hasSize(1).first().asString().contains("expected the answer to id");
  }

  @Test
  void aServerThatClosesIsConnectedToAnew() throws Exception {
    var result =
        run(
            1,
            (n, id) -> new Answer(n == 20 ? "" : FakeServer.http(FakeServer.echoed(id)), n == 20));
    assertThat(result.wrong()).isEqualTo(1);
    assertThat(result.latency().count()).isEqualTo(DUE - 1);
  }

  /** Half of the calls were due before the last 50 ms of the pause began. */
  @Test
  void aPauseOfTheServerIsFeltByAllCallsThatFellIntoIt() throws Exception {
    var never = new CountDownLatch(1);
    var result =
        run(
            1,
            (n, id) -> {
              if (n == 1) {
                awaitFor(never, Duration.ofMillis(150));
              }
              return Answer.json(FakeServer.echoed(id));
            });
    assertThat(result.latency().count()).isEqualTo(DUE);
    assertThat(result.latency().micros(0.6)).isGreaterThanOrEqualTo(50_000);
  }

  @Test
  void cpuIsReadAtBothEndsOfTheWindow() throws Exception {
    var micros = new AtomicLong();
    try (var server = new FakeServer((_, id) -> Answer.json(FakeServer.echoed(id)))) {
      var load = new PacedLoad(plan(server, 2), () -> micros.getAndAdd(50_000), new Ids());
      assertThat(load.run().cpuShare()).isEqualTo(0.25);
    }
  }

  private static void awaitFor(CountDownLatch never, Duration time) {
    try {
      var _ = never.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static PacedLoad.Result run(int connections, CallAnswer answers) throws Exception {
    try (var server = new FakeServer(answers)) {
      return new PacedLoad(plan(server, connections), () -> 0L, new Ids()).run();
    }
  }

  private static PacedLoad.Plan plan(FakeServer server, int connections) {
    var work = new Work.Echo("echo");
    return new PacedLoad.Plan(
        new LoadPlan(server.endpoint(), work, connections, Duration.ZERO, WINDOW), PER_SECOND);
  }
}
