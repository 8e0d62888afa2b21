package io.portolan.gateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.outbound.AddressBlock;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.outbound.Resolver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OutboundTest {
  private static Upstreams upstreams(OutboundRules rules, Resolver resolver) {
    return new Upstreams(
        UpstreamLimits.DEFAULT, new OutboundGuard(rules, resolver), _ -> UpstreamCredentials.NONE);
  }

  private static ServerDefinition server(String url, NamedBy namedBy) {
    return new ServerDefinition.Http(
        "s",
        URI.create(url),
        HttpTransport.STREAMABLE,
        Map.of(),
        Duration.ofSeconds(60),
        null,
        Set.of(),
        namedBy);
  }

  private static Deadline soon() {
    return Deadline.in(Calling.GENEROUS);
  }

  @Test
  void aServerThatATenantNamedIsNotConnectedToWhereTheGuardDoesNotLet() throws Exception {
    try (var inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var upstreams = upstreams(OutboundRules.DEFAULT, Resolver.SYSTEM)) {
      var port = inside.getLocalPort();
      for (var url : List.of("http://127.0.0.1:", "https://127.0.0.1:", "https://localhost:")) {
        try (var upstream = upstreams.create(server(url + port + "/mcp", NamedBy.TENANT))) {
          assertThatThrownBy(() -> upstream.probe(soon()))
              .isInstanceOf(UpstreamUnavailable.class)
              .hasMessageContaining("expected");
        }
      }
      inside.setSoTimeout(1);
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatWasJudgedIsConnectedToAndTheNameGoesAlong() throws Exception {
    try (var server =
        new RawServer(
            peer -> {
              if (peer.read() != null) {
                peer.json(404, "{}");
              }
            })) {
      var origin = "http://no-such-name.example:" + server.port();
      var rules = new OutboundRules(Set.of(443), Set.of(origin), List.of());
      try (var upstreams = upstreams(rules, _ -> List.of(InetAddress.getLoopbackAddress()));
          var upstream = upstreams.create(server(origin + "/mcp", NamedBy.TENANT))) {
        assertThatThrownBy(() -> upstream.probe(soon())).isInstanceOf(UpstreamUnavailable.class);
      }
      assertThat(server.seen)
          .isNotEmpty()
          .allSatisfy(
              request ->
                  assertThat(request.header("Host"))
                      .isEqualTo("no-such-name.example:" + server.port()));
    }
  }

  /** DNS rebinding: a name that may be asked first, and leads to cloud metadata afterwards. */
  @Test
  void aNameThatLeadsElsewhereLaterIsNotFollowed() throws Exception {
    var answer = new AtomicReference<>("127.0.0.1");
    var accepted = new AtomicInteger();
    try (var server = new RawServer(_ -> accepted.incrementAndGet())) {
      var rules =
          new OutboundRules(
              Set.of(server.port()), Set.of(), List.of(AddressBlock.of("127.0.0.0/8")));
      try (var upstreams = upstreams(rules, _ -> List.of(InetAddress.getByName(answer.get())));
          var upstream =
              upstreams.create(
                  server("https://rebinding.example:" + server.port(), NamedBy.TENANT))) {
        assertThatThrownBy(() -> upstream.probe(soon())).hasMessageNotContaining("public internet");
        answer.set("169.254.169.254");
        assertThatThrownBy(() -> upstream.probe(soon()))
            .isInstanceOf(UpstreamUnavailable.class)
            .hasMessageContaining("not on the public internet")
            .hasMessageNotContaining("169.254");
      }
    }
    assertThat(accepted.get()).isPositive();
  }
}
