package io.portolan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas that a tenant has in the store, and the webhooks that are told of them. */
@NeedsDistribution
class BillingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CALL = "\"name\":\"raw__play\",\"arguments\":{}";

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private RawUpstream upstream;
  private HttpServer receiver;
  private volatile int status = 204;

  private record Received(String id, String timestamp, String signature, String body) {
    /** As Standard Webhooks has it, by a receiver that knows nothing of the gateway. */
    void assertIsGenuine(String secret) throws Exception {
      var mac = Mac.getInstance("HmacSHA256");
      var key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      var hash = mac.doFinal((id + "." + timestamp + "." + body).getBytes(UTF_8));
      assertThat(signature).isEqualTo("v1," + Base64.getEncoder().encodeToString(hash));
    }
  }

  @BeforeEach
  void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    upstream.script(call -> Answer.result(call, "{\"content\":[]}"));
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext("/", this::receive);
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
    Closing.all(upstream);
  }

  private void receive(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    received.add(
        new Received(
            headers.getFirst("webhook-id"),
            headers.getFirst("webhook-timestamp"),
            headers.getFirst("webhook-signature"),
            body));
  }

  private Received next(String type) throws InterruptedException {
    while (true) {
      var event = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (Objects.requireNonNull(event, "no " + type + " came").body().contains(type)) {
        return event;
      }
    }
  }

  private String origin() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort();
  }

  private String yaml() {
    return """
        access-log: off
        anonymous-access: off
        outbound:
          origins: ["%s"]
        servers:
          raw:
            url: %s
        quotas:
          - tenant: "*"
            calls-per-day: 1000
        """
        .formatted(origin(), upstream.url());
  }

  private static Actor administrator(GatewayProcess gateway, Path dir) throws Exception {
    return new Actor(gateway.endpoint(), Files.readString(dir.resolve("data/admin-key")).strip());
  }

  @Test
  void aTenantsQuotaHoldsAndItsEndIsToldOnceAlsoAfterAKill(@TempDir Path dir) throws Exception {
    status = 503;
    String secret;
    String event;
    String key;
    try (var gateway = GatewayProcess.configured(dir, yaml());
        var administrator = administrator(gateway, dir)) {
      Eventually.isSo(
          "the server is up",
          PATIENCE,
          () -> gateway.health("raw").path("status").asString().equals("up"));
      var made =
          administrator.api(
              "POST",
              "/api/v1/tenants",
              "{\"id\":\"acme\",\"quotas\":[{\"scope\":\"tenant\",\"limit\":\"calls-per-day\","
                  + "\"amount\":3}]}");
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      var hook =
          administrator.api(
              "POST",
              "/api/v1/tenants/acme/webhooks",
              "{\"url\":\"" + origin() + "\",\"events\":[\"quota.exhausted\"]}");
      assertThat(hook.status()).as(hook.body()).isEqualTo(201);
      secret = JsonText.of(hook.body()).string("secret");
      var told = administrator.api("POST", "/api/v1/keys?tenant=acme", "{\"name\":\"k\"}");
      key = JsonText.of(told.body()).string("key");
      try (var acme = new Actor(gateway.endpoint(), key)) {
        for (int i = 0; i < 3; i++) {
          assertThat(acme.modern("tools/call", CALL).status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
          var refused = acme.modern("tools/call", CALL);
          assertThat(refused.status()).as(refused.body()).isEqualTo(429);
          assertThat(refused.body()).contains("3 calls-per-day of the tenant");
        }
      }
      event = next("quota.exhausted").id();
      gateway.kill();
    }
    received.clear();
    status = 200;
    try (var gateway = GatewayProcess.configured(dir, yaml());
        var administrator = administrator(gateway, dir);
        var acme = new Actor(gateway.endpoint(), key)) {
      var again = next("quota.exhausted");
      assertThat(again.id()).as("told again, as it was refused").isEqualTo(event);
      again.assertIsGenuine(secret);
      assertThat(again.body()).contains("\"amount\":3", "\"tenant\":\"acme\"");
      Eventually.isSo(
          "the server is up",
          PATIENCE,
          () -> gateway.health("raw").path("status").asString().equals("up"));
      assertThat(acme.modern("tools/call", CALL).status()).as("spent stays spent").isEqualTo(429);
      var more =
          administrator.api(
              "PATCH",
              "/api/v1/tenants/acme",
              "{\"quotas\":[{\"scope\":\"tenant\",\"limit\":\"calls-per-day\",\"amount\":5}]}");
      assertThat(more.status()).as(more.body()).isEqualTo(200);
      assertThat(acme.modern("tools/call", CALL).status()).as("two more").isEqualTo(200);
    }
  }
}
