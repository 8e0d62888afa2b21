package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.time.Duration;
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
  private static RawUpstream paid;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> Answer.result(call, "{\"content\":[{\"type\":\"text\",\"text\":\"got it\"}]}"));
  }

  @BeforeAll
  static void startPaid() throws Exception {
    paid = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    paid.script(
        call ->
            Answer.result(call, "{\"content\":[],\"_meta\":{\"usage\":{\"totalTokens\":1000}}}"));
  }

  @AfterAll
  static void stop() {
    Closing.all(upstream, paid);
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

  /** {@code faults.md} 14, of money. */
  @Test
  void aBudgetOfMoneyIsReservedByEstimateAndSettledByWhatWasUsedAlsoAfterAKill(@TempDir Path dir)
      throws Exception {
    var yaml =
        """
        access-log: off
        servers:
          raw:
            url: %s
        costs:
          - server: raw
            tokens: 1000
            tokens-at: /_meta/usage/totalTokens
            money-per-1000-tokens: 0.5
        quotas:
          - tenant: "*"
            money-per-day: 5
        """
            .formatted(paid.url());
    try (var gateway = GatewayProcess.configured(dir, yaml)) {
      assertThat(admitted(gateway, 200)).as("each is paid for as it was estimated").isEqualTo(10);
      var refused = LegacyClient.open(gateway.endpoint()).callTool("raw__play", "{}");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.errorMessage()).contains("The quota of 5 money-per-day of the tenant");
      assertThat(gateway.get("/api/v1/usage").status()).as("nobody is told").isEqualTo(401);
      gateway.kill();
    }
    try (var gateway = GatewayProcess.configured(dir, yaml)) {
      assertThat(admitted(gateway, 20)).as("the budget is spent").isZero();
    }
  }

  private static int admitted(GatewayProcess gateway, int calls) throws Exception {
    var endpoint = gateway.endpoint();
    Eventually.isSo(
        "the server is up",
        Duration.ofSeconds(60),
        () -> gateway.health("raw").path("status").asString().equals("up"));
    try (var threads = Executors.newFixedThreadPool(8)) {
      var work =
          IntStream.range(0, calls)
              .<Callable<Answered>>mapToObj(
                  _ -> () -> LegacyClient.open(endpoint).callTool("raw__play", "{}"))
              .toList();
      var admitted = 0;
      for (var answer : threads.invokeAll(work)) {
        if (answer.get().status() != 429) {
          assertThat(answer.get().result()).isNotEmpty();
          admitted++;
        }
      }
      return admitted;
    }
  }
}
