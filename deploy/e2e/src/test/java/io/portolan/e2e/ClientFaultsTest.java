package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.HealthyTraffic;
import io.portolan.e2e.faults.SlowReader;
import io.portolan.e2e.faults.Slowloris;
import io.portolan.e2e.faults.VanishingClient;
import io.portolan.e2e.process.Figures;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that vanish, dawdle or never read: they cost nobody anything, and nothing stays. */
@NeedsDistribution
class ClientFaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int AT_A_TIME = 50;
  private static final int HEAD_BYTES = 60;
  private static final int SLOW_READERS = 8;
  private static final int BIG_BYTES = 12 << 20;

  @TempDir static Path dir;

  private static RawUpstream streaming;
  private static RawUpstream well;
  private static RawUpstream big;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    streaming = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    streaming.script(
        _ ->
            new Answer.Live(
                out -> {
                  out.message(
                      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                          + "\"params\":{\"level\":\"info\",\"data\":\"begun\"}}");
                  out.awaitClosedByPeer();
                }));
    well = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    big = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    var text = "x".repeat(BIG_BYTES);
    big.script(
        call ->
            Answer.result(
                call,
                "{\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"resultType\":\"complete\"}"
                    .formatted(text)));
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson().http("streaming", streaming.url()).http("well", well.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, streaming, well, big);
  }

  @Test
  void aThousandAbandonedStreamsLeaveNothingBehind() throws Exception {
    abandon(100); // classes, pools and buffers are there afterwards
    var figures = new Figures(gateway);
    awaitQuiet(figures);
    var files = figures.openFiles();
    var threads = figures.threads();
    var heap = figures.heapMiB();

    abandon(1_000);

    awaitQuiet(figures);
    Eventually.isSo(
        "files are as many as before: " + files, PATIENCE, () -> figures.openFiles() <= files + 16);
    Eventually.isSo(
        "threads are as many as before: " + threads,
        PATIENCE,
        () -> figures.threads() <= threads + 8);
    Eventually.isSo(
        "the heap is what it was: " + heap, PATIENCE, () -> figures.heapMiB() <= heap + 24);
  }

  /** Half of them calls, half of them subscriptions. */
  private static void abandon(int streams) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int from = 0; from < streams; from += AT_A_TIME) {
        var clients = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < AT_A_TIME; i++) {
          var request = i % 2 == 0 ? call("streaming__play") : listen();
          clients.add(threads.submit(() -> vanish(request)));
        }
        for (var client : clients) {
          assertThat(client.get()).isTrue();
        }
      }
    }
  }

  private static boolean vanish(HttpRequest request) throws Exception {
    try (var client = new VanishingClient(gateway.endpoint())) {
      client.read(request, HEAD_BYTES);
      return true;
    }
  }

  private static void awaitQuiet(Figures figures) throws InterruptedException {
    Eventually.isSo(
        "no stream and no call is left",
        PATIENCE,
        () ->
            figures.sum("portolan_streams") == 0
                && figures.sum("portolan_calls_in_flight") == 0
                && gateway.health("streaming").path("calls").path("inFlight").asInt() == 0);
  }

  @Test
  void fiveHundredSlowConnectionsKeepNobodyWaiting() throws Exception {
    try (var slow = new Slowloris(gateway.endpoint(), 500);
        var traffic = HealthyTraffic.to(well, gateway.endpoint(), "well__play")) {
      var before = traffic.calls();
      Eventually.isSo("others are served", PATIENCE, () -> traffic.calls() >= before + 100);
      Eventually.isSo("they are shut out", PATIENCE, () -> slow.drip() == 0);
    }
  }

  @Test
  void whoReadsNothingKeepsNobodyWaitingAndIsShutOut() throws Exception {
    var figures = new Figures(gateway);
    var readers = new ArrayList<SlowReader>();
    try {
      for (int i = 0; i < SLOW_READERS; i++) {
        readers.add(new SlowReader(gateway.endpoint(), call("big__play")));
      }
      Eventually.isSo(
          "they are being written to",
          PATIENCE,
          () -> figures.sum("portolan_connections") >= SLOW_READERS);
      try (var traffic = HealthyTraffic.to(well, gateway.endpoint(), "well__play")) {
        Eventually.isSo("others are served", PATIENCE, () -> traffic.calls() >= 100);
      }
      Eventually.isSo(
          "they are shut out", PATIENCE, () -> figures.sum("portolan_connections") < SLOW_READERS);
    } finally {
      Closing.all(readers.toArray(AutoCloseable[]::new));
    }
  }

  private static HttpRequest call(String tool) throws InterruptedException {
    var client = new ModernClient(gateway.endpoint());
    return client.request(
        utf8(client.message("1", "tools/call", "\"name\":\"" + tool + "\",\"arguments\":{}")));
  }

  private static HttpRequest listen() throws InterruptedException {
    var client = new ModernClient(gateway.endpoint());
    return client.request(
        utf8(
            client.message(
                "1", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}")));
  }
}
