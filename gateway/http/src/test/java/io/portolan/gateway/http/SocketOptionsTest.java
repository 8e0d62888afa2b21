package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.SseFrame;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketOptionsTest {
  /** Without tcpNoDelay the second write of each pair waits about 40 ms for the first one's ACK. */
  @Test
  void smallWritesLeaveAtOnce() throws Exception {
    try (var edge = new EdgeFixture()) {
      edge.gateway.onPost =
          (inbound, reply) -> {
            var sink = reply.stream(List.of());
            for (int i = 0; i < 5; i++) {
              sink.write(SseFrame.keepAlive());
            }
            sink.close();
            return ScriptedGateway.CALLED;
          };
      var client = edge.client();
      client.exchange(RawClient.post("/mcp", "{}"));
      var start = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        client.exchange(RawClient.post("/mcp", "{}"));
      }

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(3500));
    }
  }
}
