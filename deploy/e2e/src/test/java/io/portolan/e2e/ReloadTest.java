package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.HealthyTraffic;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration changes under a running gateway. */
@NeedsDistribution
class ReloadTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path dir;

  /** Replaced as a whole, so that nobody reads half of it. */
  private void write(String text) throws Exception {
    var fresh = Files.writeString(dir.resolve("fresh.yaml"), text);
    Files.move(fresh, dir.resolve("portolan.yaml"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String server(String name, URI url) {
    return "  " + name + ":\n    url: " + url + "\n";
  }

  private GatewayProcess up() throws Exception {
    return GatewayProcess.run(
            dir,
            "up",
            "--port",
            "0",
            "--data-dir",
            dir.resolve("data").toString(),
            "--config",
            dir.resolve("portolan.yaml").toString())
        .ready();
  }

  private static boolean lists(LegacyClient client, String tool) throws Exception {
    return new String(client.call("tools/list", "{}").result(), StandardCharsets.UTF_8)
        .contains("\"" + tool + "\"");
  }

  @Test
  void serversComeAndGoWithoutACallBeingDropped() throws Exception {
    try (var first = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var second = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reached = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      first.script(
          call -> {
            reached.countDown();
            try {
              release.await(90, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return Answer.result(call, "{\"content\":[],\"from\":\"first\"}");
          });
      second.script(call -> Answer.result(call, "{\"content\":[],\"from\":\"second\"}"));
      write("servers:\n" + server("first", first.url()));
      try (var gateway = up()) {
        var client = LegacyClient.open(gateway.endpoint());
        var call = threads.submit(() -> client.callTool("first__play", "{}"));
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();

        write("servers:\n" + server("second", second.url()));
        Eventually.isSo(
            "the new server is listed and the old one is not",
            SOON,
            () -> lists(client, "second__play") && !lists(client, "first__play"));
        assertThat(client.callTool("second__play", "{}").status()).isEqualTo(200);

        release.countDown();
        assertThat(call.get(30, TimeUnit.SECONDS).result())
            .asString(StandardCharsets.UTF_8)
            .contains("\"from\":\"first\"");
      }
    }
  }

  /** What limits, allows, screens and records calls; each time another one. */
  private static String settings(int number) {
    var audit = number % 2 == 0 ? "everybody" : "{retention-days: " + (number + 1) + "}";
    return """
    access-log: off
    audit: %s
    costs:
      - {server: raw, tokens: %d, money: 0.00%d}
    quotas:
      - {tenant: "*", calls-per-second: %d, calls-at-a-time: %d, calls-per-day: %d}
      - {tenant: "*", tokens-per-day: %d, money-per-month: %d}
    policy:
      rules:
        - {name: all-%d, effect: allow}
        - {name: not-%d, effect: forbid, tools: ["drop*"]}
      guardrails:
        - {name: secrets-%d, filter: secrets, action: redact, on: [results]}
    """
        .formatted(
            audit,
            number + 1,
            number + 1,
            500_000_000 + number,
            1_000 + number,
            900_000_000 + number,
            900_000_000 + number,
            900_000_000 + number,
            number,
            number,
            number);
  }

  @Test
  void callsFlowWhileQuotasRulesAuditAndGuardrailsChangeTwentyTimes() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small())) {
      var servers = "servers:\n" + server("raw", upstream.url());
      write(settings(0) + servers);
      try (var gateway = up();
          var traffic = HealthyTraffic.to(upstream, gateway.endpoint(), "raw__play")) {
        for (int i = 1; i <= 20; i++) {
          var number = i;
          var before = traffic.calls();
          write(settings(number) + servers);
          Eventually.isSo(
              "file " + number + " was read, and calls were made meanwhile",
              SOON,
              () -> timesRead(gateway) >= number && traffic.calls() > before);
        }
        assertThat(gateway.metric("portolan_configuration{status=\"current\"}"))
            .as("nothing of it needs a restart")
            .isEqualTo(1);
      }
    }
  }

  private static long timesRead(GatewayProcess gateway) {
    return gateway.stderr().lines().stream().filter(line -> line.contains("read again")).count();
  }

  @Test
  void aQuotaCountsAsSoonAsTheFileSaysSo() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small())) {
      upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
      var servers = "servers:\n" + server("raw", upstream.url());
      write(servers);
      try (var gateway = up()) {
        var client = LegacyClient.open(gateway.endpoint());
        assertThat(client.callTool("raw__play", "{}").status()).isEqualTo(200);
        write(servers + "quotas:\n  - {tool: raw__play, calls-per-day: 2}\n");
        Eventually.isSo(
            "a call is over the new quota",
            SOON,
            () -> client.callTool("raw__play", "{}").status() == 429);
        write(servers);
        Eventually.isSo(
            "there is none any more",
            SOON,
            () -> client.callTool("raw__play", "{}").status() == 200);
      }
    }
  }

  @Test
  void aFileWithMistakesChangesNothingAndIsTold() throws Exception {
    try (var upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small())) {
      upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
      var good = "servers:\n" + server("raw", upstream.url());
      write(good);
      try (var gateway = up()) {
        var client = LegacyClient.open(gateway.endpoint());
        write("servers:\n" + server("other", upstream.url()) + "limit:\n  sessions-max: 1\n");
        Eventually.isSo(
            "the mistake is told",
            SOON,
            () -> gateway.metric("portolan_configuration{status=\"rejected\"}") == 1);
        assertThat(gateway.get("/health/ready").text()).contains("\"rejected\"", "1 mistake");
        assertThat(gateway.stderr().tail()).contains("limit");
        assertThat(client.callTool("raw__play", "{}").status()).isEqualTo(200);
        assertThat(lists(client, "raw__play")).isTrue();

        write(good);
        Eventually.isSo(
            "all is well again",
            SOON,
            () -> gateway.metric("portolan_configuration{status=\"current\"}") == 1);
        assertThat(gateway.get("/health/ready").text()).doesNotContain("rejected");
      }
    }
  }
}
