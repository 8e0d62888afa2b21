package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.HttpServerProcess;
import io.portolan.e2e.process.Repository;
import io.portolan.e2e.toolchain.Node;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.LegacyClient;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What servers are shown, with tokens of a real OpenID provider. */
@NeedsDistribution
class UpstreamOAuthTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "canary-of-the-machine-4d1f";
  private static final int REDIRECTS_MAX = 12;

  @TempDir static Path dir;
  private static final Queue<String> shown = new ConcurrentLinkedQueue<>();
  private static HttpServerProcess provider;
  private static RawUpstream upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    var node = Node.orSkip();
    var script = Repository.root().resolve("deploy/e2e/src/test/resources/oidc-provider.mjs");
    provider = HttpServerProcess.start(node.script(script));
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(
        call -> {
          if (call.is("tools/call")) { // the gateway looks after its servers, too
            shown.add(call.headers().first("Authorization").orElse("nothing"));
          }
          return Answer.result(call, "{\"content\":[]}");
        });
    gateway =
        GatewayProcess.configured(
            dir,
            """
            servers:
              machine:
                url: %1$s
                authorization:
                  grant: client-credentials
                  issuer: %2$s
                  client-id: machine
                  client-secret: ${secret:machine}
                  scopes: [mcp:read]
              mine:
                url: %1$s
                authorization:
                  grant: authorization-code
                  issuer: %2$s
                  client-id: gateway
                  scopes: [mcp:read]
            """
                .formatted(upstream.url(), issuer()));
  }

  private static String issuer() {
    return "http://127.0.0.1:" + provider.url("/").getPort();
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream, provider);
  }

  @Test
  void theGatewayProvesItselfWithASecretOfTheVault() throws Exception {
    var value = Files.writeString(dir.resolve("value"), SECRET);
    try (var command =
        GatewayProcess.run(
            dir,
            "secret",
            "set",
            "machine",
            "--file",
            value.toString(),
            "--data-dir",
            dir.resolve("data").toString())) {
      assertThat(command.exitCode(PATIENCE)).as(command.stderr().tail()).isZero();
    }
    Eventually.isSo(
        "the server is up",
        PATIENCE,
        () -> gateway.health("machine").path("status").asString().equals("up"));
    shown.clear();
    LegacyClient.open(gateway.endpoint()).callTool("machine__play", "{}").result();
    assertThat(claims(shown.poll()))
        .contains("\"client_id\":\"machine\"", "\"aud\":\"" + upstream.url() + "\"");
    assertThat(gateway.stdout().tail() + gateway.stderr().tail()).doesNotContain(SECRET);
  }

  @Test
  void aUserAllowsAServerInABrowserAndIsTheOneItSees() throws Exception {
    var client = LegacyClient.open(gateway.endpoint(), "{\"elicitation\":{\"url\":{}}}");
    shown.clear();
    var asked = new String(client.callTool("mine__play", "{}").response(), StandardCharsets.UTF_8);
    assertThat(asked).contains("-32042");
    assertThat(shown).isEmpty();
    try (var stream = client.listen()) {
      var page = Browser.allow(URI.create(found("\"url\":\"([^\"]+)\"", asked)));
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      assertThat(
              stream.await("notifications/elicitation/complete").string("params", "elicitationId"))
          .as("the client is told that its user is done")
          .isEqualTo(found("\"elicitationId\":\"([^\"]+)\"", asked));
    }
    client.callTool("mine__play", "{}").result();
    assertThat(claims(shown.poll()))
        .contains("\"sub\":\"alice\"", "\"aud\":\"" + upstream.url() + "\"");
  }

  private static String claims(String authorization) {
    assertThat(authorization).startsWith("Bearer ");
    return new String(
        Base64.getUrlDecoder().decode(authorization.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  private static String found(String pattern, String text) {
    var matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  /** What a person does: agrees to what the page says, and follows where that leads. */
  private static final class Browser {
    static HttpResponse<String> allow(URI link) throws Exception {
      try (var http =
          HttpClient.newBuilder()
              .cookieHandler(new CookieManager())
              .followRedirects(HttpClient.Redirect.NEVER)
              .build()) {
        var page = http.send(HttpRequest.newBuilder(link).build(), BodyHandlers.ofString());
        var form = found("name=\"form\" value=\"([^\"]+)\"", page.body());
        var reply =
            http.send(
                HttpRequest.newBuilder(link)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("do=allow&form=" + form))
                    .build(),
                BodyHandlers.ofString());
        var at = link;
        for (int i = 0; i < REDIRECTS_MAX; i++) {
          var next = reply.headers().firstValue("Location");
          if (next.isEmpty()) {
            return reply;
          }
          at = at.resolve(next.get());
          reply = http.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString());
        }
        throw new AssertionError("more than " + REDIRECTS_MAX + " redirects");
      }
    }
  }
}
