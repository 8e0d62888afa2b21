package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpReply;
import io.portolan.e2e.wire.ModernClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code faults.md} 13: one tenant floods, and another does not notice. */
@NeedsDistribution
class NoisyTenantTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int QUOTA = 20;
  private static final int CALM_CALLS = 200;
  private static final int NOISY_CALLERS = 4;

  private static RawUpstream upstream;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    upstream.script(call -> Answer.result(call, "{\"content\":[],\"resultType\":\"complete\"}"));
  }

  @AfterAll
  static void stop() {
    Closing.all(upstream);
  }

  /** One caller of a tenant, on connections of its own. */
  private record Tenant(URI endpoint, String key) {
    HttpReply call() throws IOException {
      var client = new ModernClient(endpoint);
      var params = "\"name\":\"raw__play\",\"arguments\":{}";
      var message = client.message(client.nextId(), "tools/call", params).getBytes(UTF_8);
      try (var connection = HttpConnection.to(endpoint)) {
        return connection.exchange(client.request(message).with("Authorization", "Bearer " + key));
      }
    }
  }

  @Test
  void aTenantThatFloodsIsRefusedAndAnotherSeesEachOfItsCallsSucceed(@TempDir Path dir)
      throws Exception {
    portolan(dir, "tenant", "create", "noisy");
    portolan(dir, "tenant", "create", "calm");
    var noisyKey = portolan(dir, "key", "create", "noisy", "--tenant", "noisy");
    var calmKey = portolan(dir, "key", "create", "calm", "--tenant", "calm");
    var yaml =
        """
        access-log: off
        servers:
          raw:
            url: %s
        quotas:
          - tenant: noisy
            calls-per-second: %d
          - tenant: calm
            calls-per-day: 1000
        """
            .formatted(upstream.url(), QUOTA);
    try (var gateway = GatewayProcess.configured(dir, yaml);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var noisy = new Tenant(gateway.endpoint(), noisyKey);
      var calm = new Tenant(gateway.endpoint(), calmKey);
      Eventually.isSo(
          "the server is up",
          PATIENCE,
          () -> gateway.health("raw").path("status").asString().equals("up"));
      var over = new AtomicBoolean();
      var granted = new AtomicInteger();
      var refused = new AtomicInteger();
      Callable<Void> flood =
          () -> {
            // Ten times the quota at least, however slow this machine is.
            while (!over.get() || granted.get() + refused.get() < 10 * QUOTA) {
              count(noisy.call(), granted, refused);
            }
            return null;
          };
      var began = System.nanoTime();
      var floods = new ArrayList<Future<Void>>();
      for (int i = 0; i < NOISY_CALLERS; i++) {
        floods.add(threads.submit(flood));
      }
      for (int i = 0; i < CALM_CALLS; i++) {
        var reply = calm.call();
        assertThat(reply.status()).as("call %d: %s", i, reply).isEqualTo(200);
        assertThat(reply.text()).contains("\"result\"");
      }
      over.set(true);
      for (var each : floods) {
        each.get();
      }
      var seconds = Math.ceil((System.nanoTime() - began) / 1e9);
      assertThat(refused.get()).isPositive();
      assertThat((double) granted.get()).isLessThanOrEqualTo(QUOTA * (seconds + 1));
      assertThat(gateway.terminate()).isZero();
    }
    assertThat(figures(dir, "calm")).isEqualTo(List.of("200", "200", "0", "0", "0"));
    assertThat(figures(dir, "noisy").get(2)).as("tool errors").isEqualTo("0");
  }

  private static void count(HttpReply reply, AtomicInteger granted, AtomicInteger refused) {
    if (reply.status() == 200) {
      granted.incrementAndGet();
    } else {
      assertThat(reply.status()).isEqualTo(429);
      assertThat(reply.text()).contains("calls-per-second of the tenant");
      assertThat(Long.parseLong(reply.headers().first("Retry-After").orElseThrow())).isPositive();
      refused.incrementAndGet();
    }
  }

  /** Calls, and of them those that went well, whose tool failed, that were refused or failed. */
  private static List<String> figures(Path dir, String tenant) throws Exception {
    var shown = portolan(dir, "usage", "--by", "", "--tenant", tenant);
    return List.of(shown.lines().toList().getLast().strip().split(" +")).subList(0, 5);
  }

  private static String portolan(Path dir, String... arguments) throws Exception {
    return Commands.run(dir, 0, arguments).strip();
  }
}
