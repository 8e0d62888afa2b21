package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of {@code portolan.yaml}: who is over one is told which, and when to come back. */
@NeedsDistribution
class QuotaTest {
  private static RawUpstream upstream;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> Answer.result(call, "{\"content\":[{\"type\":\"text\",\"text\":\"got it\"}]}"));
  }

  @AfterAll
  static void stop() {
    Closing.all(upstream);
  }

  @Test
  void aBudgetOfTenAdmitsTenOfManyParallelCallsAlsoAfterAKill(@TempDir Path dir) throws Exception {
    var yaml =
        """
        access-log: off
        servers:
          raw:
            url: %s
        quotas:
          - tool: raw__play
            calls-per-day: 10
        """
            .formatted(upstream.url());
    try (var gateway = GatewayProcess.configured(dir, yaml)) {
      assertThat(admitted(gateway, 40)).isEqualTo(10);
      var refused = LegacyClient.open(gateway.endpoint()).callTool("raw__play", "{}");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.errorMessage()).contains("10 calls-per-day of the tool");
      assertThat(Long.parseLong(refused.headers().first("Retry-After").orElseThrow()))
          .isBetween(1L, 86_400L);
      assertThat(gateway.metric("portolan_limit_reached_total{limit=\"quota\"}"))
          .isGreaterThanOrEqualTo(31);
      gateway.kill();
    }
    try (var gateway = GatewayProcess.configured(dir, yaml)) {
      assertThat(admitted(gateway, 20)).as("the budget is spent").isZero();
    }
  }

  private static int admitted(GatewayProcess gateway, int calls) throws Exception {
    var endpoint = gateway.endpoint();
    try (var threads = Executors.newFixedThreadPool(8)) {
      var work =
          IntStream.range(0, calls)
              .<Callable<Integer>>mapToObj(
                  _ -> () -> LegacyClient.open(endpoint).callTool("raw__play", "{}").status())
              .toList();
      var statuses = new ArrayList<Integer>();
      for (var status : threads.invokeAll(work)) {
        statuses.add(status.get());
      }
      assertThat(statuses).allMatch(status -> status == 200 || status == 429);
      return (int) statuses.stream().filter(status -> status == 200).count();
    }
  }
}
