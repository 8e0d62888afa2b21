package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.OAuthClient.Server;
import io.portolan.e2e.OAuthClient.Tokens;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.HttpServerProcess;
import io.portolan.e2e.process.Repository;
import io.portolan.e2e.toolchain.Node;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that knows only the endpoint gets in through a real OpenID provider. */
@NeedsDistribution
class OAuthDanceTest {
  @TempDir static Path dir;

  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"ide\",\"version\":\"1\"}}}";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"raw__play\","
          + "\"arguments\":{}}}";

  private static final Queue<String> sentOn = new ConcurrentLinkedQueue<>();
  private static HttpServerProcess provider;
  private static RawUpstream upstream;
  private static GatewayProcess gateway;
  private static OAuthClient client;

  @BeforeAll
  static void start() throws Exception {
    var node = Node.orSkip();
    var script = Repository.root().resolve("deploy/e2e/src/test/resources/oidc-provider.mjs");
    provider = HttpServerProcess.start(node.script(script));
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> {
          sentOn.add(call.headers().lines() + new String(call.body(), StandardCharsets.UTF_8));
          return Answer.json(Answer.response(call, "{\"content\":[]}"));
        });
    gateway =
        GatewayProcess.configured(
            dir,
            """
            auth:
              issuers:
                corp:
                  issuer: http://127.0.0.1:%d
                  tenant: acme
            servers:
              raw:
                url: %s
            """
                .formatted(provider.url("/").getPort(), upstream.url()));
    client = new OAuthClient();
  }

  @AfterAll
  static void stop() {
    Closing.all(client, gateway, upstream, provider);
  }

  private static HttpResponse<String> post(String body, Map<String, String> headers)
      throws Exception {
    return client.post(gateway.endpoint(), body, headers);
  }

  private static Map<String, String> bearing(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static Map<String, String> bearing(String token, String session) {
    var headers = new TreeMap<>(bearing(token));
    headers.put("Mcp-Session-Id", session);
    headers.put("MCP-Protocol-Version", "2025-11-25");
    return headers;
  }

  private static Server discovered() throws Exception {
    var refused = post(INITIALIZE, Map.of());
    assertThat(refused.statusCode()).isEqualTo(401);
    return client.discover(OAuthClient.challenge(refused).getOrDefault("resource_metadata", ""));
  }

  private static String session(Tokens tokens) throws Exception {
    var opened = post(INITIALIZE, bearing(tokens.access()));
    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
    return opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
  }

  @Test
  void theWholeWayFromNothingToACallAStepUpAndARefresh() throws Exception {
    var refused = post(INITIALIZE, Map.of());
    var challenge = OAuthClient.challenge(refused);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(challenge).containsEntry("scope", "mcp:read").doesNotContainKey("error");

    var server = client.discover(challenge.getOrDefault("resource_metadata", ""));
    assertThat(server.resource()).isEqualTo(gateway.endpoint().toString());
    var reading = client.signIn(server, challenge.getOrDefault("scope", ""));
    var session = session(reading);

    var lacking = post(CALL, bearing(reading.access(), session));
    var stepUp = OAuthClient.challenge(lacking);
    assertThat(lacking.statusCode()).isEqualTo(403);
    assertThat(stepUp)
        .containsEntry("error", "insufficient_scope")
        .containsEntry("scope", "mcp:read mcp:tools:call");

    var calling = client.signIn(server, stepUp.getOrDefault("scope", ""));
    var called = post(CALL, bearing(calling.access(), session));
    assertThat(called.statusCode()).as(called.body()).isEqualTo(200);

    var refreshed = client.refresh(server, calling);
    assertThat(refreshed.access()).isNotEqualTo(calling.access());
    var again = post(CALL, bearing(refreshed.access(), session));
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
  }

  @Test
  void aTokenForOneServersEndpointIsNoneForTheFederatedOne() throws Exception {
    var refused = client.post(gateway.endpoint("raw"), INITIALIZE, Map.of());
    var server =
        client.discover(OAuthClient.challenge(refused).getOrDefault("resource_metadata", ""));
    assertThat(server.resource()).isEqualTo(gateway.endpoint("raw").toString());
    var tokens = client.signIn(server, "mcp");
    assertThat(
            client.post(gateway.endpoint("raw"), INITIALIZE, bearing(tokens.access())).statusCode())
        .isEqualTo(200);
    var elsewhere = post(INITIALIZE, bearing(tokens.access()));
    assertThat(elsewhere.statusCode()).isEqualTo(401);
    assertThat(OAuthClient.challenge(elsewhere)).containsEntry("error", "invalid_token");
  }

  @Test
  void theCallersTokenNeverReachesAServer() throws Exception {
    var tokens = client.signIn(discovered(), "mcp");
    var called = post(CALL, bearing(tokens.access(), session(tokens)));
    assertThat(called.statusCode()).isEqualTo(200);
    assertThat(sentOn).isNotEmpty();
    assertThat(sentOn).noneMatch(request -> request.contains(tokens.access()));
    assertThat(sentOn)
        .noneMatch(request -> request.toLowerCase(Locale.ROOT).contains("authorization"));
  }

  @Test
  void aTokenInTheUrlIsRefused() throws Exception {
    var tokens = client.signIn(discovered(), "mcp");
    var url = URI.create(gateway.endpoint() + "?access_token=" + tokens.access());
    assertThat(client.post(url, INITIALIZE, Map.of()).statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsNoTokenOfTheIssuerIsRefused() throws Exception {
    var tokens = client.signIn(discovered(), "mcp");
    var parts = tokens.access().split("\\.", -1);
    for (var forged :
        List.of(
            parts[0] + "." + parts[1] + ".",
            "eyJhbGciOiJub25lIn0." + parts[1] + ".",
            parts[0] + "." + parts[1] + "." + parts[2].substring(4) + "AAAA",
            tokens.refresh())) {
      assertThat(post(INITIALIZE, bearing(forged)).statusCode()).isEqualTo(401);
    }
  }
}
