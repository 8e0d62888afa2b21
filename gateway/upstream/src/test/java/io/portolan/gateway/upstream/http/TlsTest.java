package io.portolan.gateway.upstream.http;

import static io.portolan.gateway.upstream.Calling.call;
import static io.portolan.gateway.upstream.Calling.context;
import static io.portolan.gateway.upstream.Calling.received;
import static io.portolan.gateway.upstream.Calling.stream;
import static io.portolan.gateway.upstream.Calling.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static SSLContext context;

  /** A certificate for localhost, signed by itself and trusted by the client. */
  @BeforeAll
  static void certificate(@TempDir Path directory) throws Exception {
    var file = directory.resolve("key.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
  }

  private static RawServer server() throws Exception {
    var listening =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    return new RawServer(
        peer -> {
          for (var request = peer.read(); request != null; request = peer.read()) {
            if (request.body().contains("notifications/initialized")) {
              peer.empty(202);
            } else if (request.body().contains("\"name\":\"stream\"")) {
              peer.events();
              peer.chunk("data: " + result(request) + "\n\n");
              peer.lastChunk();
            } else {
              peer.json(200, result(request));
            }
          }
        },
        listening);
  }

  private static String result(RawServer.Request request) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{\"tls\":1}}";
  }

  private static Upstream upstream(Upstreams upstreams, URI url) {
    return upstreams.create(
        new ServerDefinition.Http(
            "tls", url, HttpTransport.STREAMABLE, Map.of(), Duration.ofSeconds(60)));
  }

  @Test
  void callsGoOverTlsAndConnectionsAreKept() throws Exception {
    try (var server = server();
        var upstreams = new Upstreams(UpstreamLimits.DEFAULT, context);
        var upstream =
            upstream(upstreams, URI.create("https://localhost:" + server.port() + "/mcp"))) {
      var link = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
      for (int i = 0; i < 5; i++) {
        assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"tls\":1}");
        try (var stream = stream(link.request(call(link, "stream"), context()))) {
          assertThat(received(stream)).isInstanceOf(Message.Result.class);
        }
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void aRestartIsNotNoticedOverTlsEither() throws Exception {
    var server = server();
    try (var upstreams = new Upstreams(UpstreamLimits.DEFAULT, context);
        var upstream =
            upstream(upstreams, URI.create("https://localhost:" + server.port() + "/mcp"))) {
      var link = upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS));
      server.dropConnections();
      assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"tls\":1}");
    } finally {
      server.close();
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    try (var server = server();
        var upstreams = new Upstreams(UpstreamLimits.DEFAULT, context);
        var upstream =
            upstream(upstreams, URI.create("https://127.0.0.1:" + server.port() + "/mcp"))) {
      assertThatThrownBy(
              () -> upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS)))
          .isInstanceOf(UpstreamUnavailable.class)
          .hasMessageContaining("127.0.0.1");
    }
  }

  @Test
  void aCertificateNobodyVouchesForIsRefused() throws Exception {
    try (var server = server();
        var upstreams = new Upstreams(UpstreamLimits.DEFAULT);
        var upstream =
            upstream(upstreams, URI.create("https://localhost:" + server.port() + "/mcp"))) {
      assertThatThrownBy(
              () -> upstream.openSession(SessionOpening.GATEWAY, Deadline.in(Calling.GENEROUS)))
          .isInstanceOf(UpstreamUnavailable.class);
    }
  }
}
