package io.portolan.gateway.upstream.http;

import static io.portolan.gateway.upstream.Calling.call;
import static io.portolan.gateway.upstream.Calling.contextOf;
import static io.portolan.gateway.upstream.Calling.failure;
import static io.portolan.gateway.upstream.Calling.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server is shown, and what becomes of a request that it refuses with 401. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class CredentialsTest {
  private static final Principal ALICE = new Principal(TenantId.DEVELOPMENT, "alice");

  /** Gives each principal a token of its own; another number once one was refused. */
  private static final class Numbered implements UpstreamCredentials {
    private volatile int number = 1;

    @Override
    public Shown of(Principal principal, Deadline deadline) {
      return principal.subject().equals("nobody")
          ? new Unavailable(new UpstreamFailure.NoCredential("none"))
          : new Authorization("Bearer " + principal.subject() + "-" + number);
    }

    @Override
    public Shown instead(Authorization refused, Principal principal, Deadline deadline) {
      number = 2;
      return of(principal, deadline);
    }
  }

  private final Upstreams upstreams =
      new Upstreams(
          new UpstreamLimits(
              64 << 20,
              256,
              Duration.ofSeconds(30),
              Duration.ofSeconds(5),
              Duration.ofSeconds(15),
              1 << 20,
              64 << 10,
              new LimitCounts()),
          OutboundGuard.DEFAULT,
          _ -> new Numbered());
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private RawServer server;
  private Upstream upstream;

  @AfterEach
  void stop() throws Exception {
    if (upstream != null) {
      upstream.close();
    }
    server.close();
    upstreams.close();
  }

  /** A server that does calls with {@code good} tokens only, and answers how often it has. */
  private void serve(String good) throws Exception {
    server =
        new RawServer(
            peer -> {
              for (var request = peer.read(); request != null; request = peer.read()) {
                var what = request.body().isEmpty() ? request.method() : method(request.body());
                if (!request.method().equals("DELETE")) { // sessions end when nobody looks
                  shown.add(what + " " + request.header("Authorization"));
                }
                if (what.equals("server/discover")) {
                  peer.json(
                      200,
                      result(
                          request,
                          "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
                              + "\"capabilities\":{}}"));
                } else if (what.equals("initialize")) {
                  peer.json(
                      200,
                      result(
                          request,
                          "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                              + "\"serverInfo\":{\"name\":\"raw\",\"version\":\"1\"}}"),
                      "Mcp-Session-Id: s-1");
                } else if (request.method().equals("DELETE")) {
                  peer.empty(200);
                } else if (what.startsWith("notifications/")) {
                  peer.empty(202);
                } else if (request.header("Authorization").contains(good)) {
                  peer.json(200, result(request, "{\"done\":true}"));
                } else {
                  peer.json(401, "{\"error\":\"invalid_token\"}");
                }
              }
            });
    upstream =
        upstreams.create(
            new ServerDefinition.Http(
                "raw", server.url(), HttpTransport.STREAMABLE, Map.of(), Duration.ofSeconds(60)));
  }

  private static String method(String body) {
    var from = body.indexOf("\"method\":\"") + 10;
    return body.substring(from, body.indexOf('"', from));
  }

  private static String result(RawServer.Request request, String result) {
    return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + result + "}";
  }

  @Test
  void eachCallerIsShownAsItselfAndTheGatewayAsTheGateway() throws Exception {
    serve("-");
    upstream.probe(Deadline.in(Calling.GENEROUS));
    assertThat(shown)
        .containsOnly("server/discover Bearer gateway-1", "initialize Bearer gateway-1");
    shown.clear();
    var link = upstream.modern();
    assertThat(text(link.request(call(link, "echo"), contextOf("alice")))).contains("done");
    assertThat(text(link.request(call(link, "echo"), contextOf("bob")))).contains("done");
    assertThat(shown).containsExactly("tools/call Bearer alice-1", "tools/call Bearer bob-1");
  }

  @Test
  void allOfASessionIsItsOwners() throws Exception {
    serve("-");
    var link = upstream.openSession(SessionOpening.GATEWAY, ALICE, Deadline.in(Calling.GENEROUS));
    assertThat(text(link.request(call(link, "echo"), contextOf("alice")))).contains("done");
    assertThat(shown)
        .containsExactly(
            "initialize Bearer alice-1",
            "notifications/initialized Bearer alice-1",
            "tools/call Bearer alice-1");
  }

  @Test
  void aRefusedTokenIsReplacedOnceAndTheCallRepeated() throws Exception {
    serve("-2");
    var link = upstream.modern();
    assertThat(text(link.request(call(link, "echo"), contextOf("alice")))).contains("done");
    assertThat(shown).containsExactly("tools/call Bearer alice-1", "tools/call Bearer alice-2");
    shown.clear();
    assertThat(text(link.request(call(link, "echo"), contextOf("alice")))).contains("done");
    assertThat(shown).containsExactly("tools/call Bearer alice-2");
  }

  @Test
  void whatIsRefusedTwiceIsRefused() throws Exception {
    serve("no such token");
    var link = upstream.modern();
    assertThat(failure(link.request(call(link, "echo"), contextOf("alice"))))
        .isInstanceOfSatisfying(
            UpstreamFailure.Refused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(401);
              assertThat(refused.sent()).isFalse();
            });
    assertThat(shown).hasSize(2);
  }

  @Test
  void withoutACredentialNothingIsSent() throws Exception {
    serve("-");
    var link = upstream.modern();
    assertThat(failure(link.request(call(link, "echo"), contextOf("nobody"))))
        .isInstanceOf(UpstreamFailure.NoCredential.class);
    assertThat(shown).isEmpty();
  }
}
