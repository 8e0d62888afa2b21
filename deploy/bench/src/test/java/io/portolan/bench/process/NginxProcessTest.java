package io.portolan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.portolan.bench.load.Ids;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.upstream.RunningUpstream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxProcessTest {
  @TempDir private Path directory;

  @Test
  void nginxRelaysJsonAndHoldsNoEventBack() throws Exception {
    var program = NginxProcess.find();
    assumeTrue(program.isPresent(), NginxProcess.INSTALL_HINT);
    try (var upstream = RunningUpstream.start();
        var nginx = NginxProcess.start(program.get(), upstream.at("/").getPort(), directory);
        var client = McpClient.open(nginx.at("/mcp"), new Ids(), Duration.ofSeconds(20))) {
      assertThat(client.toolNames()).contains("echo");
      var report = client.progress("progress");
      assertThat(report.events()).isEqualTo(20);
      assertThat(report.spreadMicros()).isGreaterThan(19 * 5_000 / 2.0);
      assertThat(nginx.tree().residentKib()).isPositive();
      assertThat(NginxProcess.version(program.get())).startsWith("nginx/");
    }
  }
}
