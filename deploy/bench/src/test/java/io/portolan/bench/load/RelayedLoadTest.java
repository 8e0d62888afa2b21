package io.portolan.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.bench.upstream.RunningUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load generator and upstream against each other, with a relay of a few lines between them. */
class RelayedLoadTest {
  private final Ids ids = new Ids();
  private RunningUpstream upstream;
  private Relay relay;

  @BeforeEach
  void start() throws IOException {
    upstream = RunningUpstream.start();
    relay = new Relay(upstream.at("/").getPort());
  }

  @AfterEach
  void stop() throws IOException {
    relay.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void everyWorkRunsWithoutAnError(int connections) throws Exception {
    for (var work :
        new Work[] {
          new Work.Echo("echo"), new Work.Big("big"), new Work.ListTools(), new Work.Churn("echo")
        }) {
      var result = run(relay.at("/mcp"), work, connections);
      assertThat(result.errors()).isEmpty();
      assertThat(result.units()).isPositive();
      assertThat(result.identical()).isEqualTo(work instanceof Work.Churn ? 0 : result.units());
    }
    assertThat(run(relay.at("/modern/mcp"), new Work.ModernEcho("echo"), connections).errors())
        .isEmpty();
  }

  @Test
  void anUnknownToolFailsTheRun() throws Exception {
    assertThat(run(relay.at("/mcp"), new Work.Echo("other"), 1).errors()).hasSize(1);
  }

  @Test
  void aClientListsCallsWatchesAndEnds() throws Exception {
    var timeout = Duration.ofSeconds(20);
    try (var client = McpClient.open(relay.at("/mcp"), ids, timeout)) {
      assertThat(client.sessionId()).startsWith("bench-");
      assertThat(client.toolNames()).hasSize(10).contains("echo", "big", "progress");
      var report = client.progress("progress");
      assertThat(report.events()).isEqualTo(20);
      assertThat(report.firstMicros()).isPositive();
      assertThat(report.spreadMicros()).isGreaterThan(19 * 5_000 / 2.0);
      assertThat(client.openStream()).isFalse();
      client.endSession();
    }
    try (var client = McpClient.open(relay.at("/streams/mcp"), ids, timeout)) {
      assertThat(client.openStream()).isTrue();
    }
  }

  @Test
  void aListOfManyToolsIsCheckedByteForByte() throws Exception {
    var result = run(relay.at("/t/1000/mcp"), new Work.ListTools(), 2);
    assertThat(result.errors()).isEmpty();
    assertThat(result.identical()).isPositive().isEqualTo(result.units());
  }

  @Test
  void anEndpointThatIsNoMcpServerIsRefusedAtTheHandshake() {
    assertThatThrownBy(() -> run(relay.at("/modern/mcp"), new Work.Echo("echo"), 1))
        .isInstanceOf(BadReplyException.class)
        .hasMessageContaining("404");
  }

  private LoadResult run(URI endpoint, Work work, int connections)
      throws IOException, BadReplyException {
    var lead = Duration.ofMillis(50);
    var plan = new LoadPlan(endpoint, work, connections, lead, Duration.ofMillis(200));
    return new LoadLoop(plan, () -> 0L, ids).run();
  }

  /** Copies bytes both ways, one connection behind each one before it. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final int upstreamPort;

    Relay(int upstreamPort) throws IOException {
      this.upstreamPort = upstreamPort;
      listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
      Thread.ofVirtual().start(this::accept);
    }

    URI at(String path) {
      return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void accept() {
      try {
        while (true) {
          var near = listener.accept();
          near.setTcpNoDelay(true);
          var far = new Socket();
          far.setTcpNoDelay(true);
          far.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), upstreamPort));
          Thread.ofVirtual().start(() -> copy(near, far));
          Thread.ofVirtual().start(() -> copy(far, near));
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private static void copy(Socket from, Socket to) {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        in.transferTo(out);
      } catch (IOException _) {
        // One side has gone, and with it the other.
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
