package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.faults.EndlessPages;
import io.portolan.e2e.faults.MillionTools;
import io.portolan.e2e.process.Figures;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose lists have no end: they are down, with a reason, and the others are listed. */
@NeedsDistribution
class ListFaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double HEAP_MIB = 160;

  @TempDir Path dir;

  @Test
  void aListWithoutEndIsNotTakenAndHoldsUpNobody() throws Exception {
    var pages = new EndlessPages();
    try (var huge = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var endless = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
        var well = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small())) {
      huge.override(new MillionTools()::to);
      endless.override(pages::to);
      var mcpJson =
          new McpJson()
              .http("huge", huge.url())
              .http("endless", endless.url())
              .http("well", well.url())
              .writeTo(dir);
      try (var gateway = GatewayProcess.up(dir, mcpJson)) {
        for (var server : new String[] {"huge", "endless"}) {
          Eventually.isSo(
              server + " is down",
              PATIENCE,
              () -> gateway.health(server).path("status").asString().equals("down"));
          assertThat(gateway.health(server).path("reason").asString()).contains("limit");
        }
        var listed = new ModernClient(gateway.endpoint()).call("tools/list", "").result();
        assertThat(new String(listed, UTF_8)).contains("well__play").doesNotContain("huge__");
        assertThat(pages.pages()).isGreaterThan(100);
        var figures = new Figures(gateway);
        Eventually.isSo("the heap is small", PATIENCE, () -> figures.heapMiB() < HEAP_MIB);
      }
    }
  }
}
