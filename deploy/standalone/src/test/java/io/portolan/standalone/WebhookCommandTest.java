package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.tenancy.webhook.Signature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks, to a receiver on this machine that the operator trusts. */
@SuppressWarnings("NullAway.Init")
class WebhookCommandTest {
  @TempDir private Path folder;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final HttpServer receiver;
  private volatile int status = 204;

  private record Received(String id, String timestamp, String signature, String body) {
    boolean isOf(String type) {
      return body.contains("\"type\":\"" + type + "\"");
    }

    void assertIsGenuine(String secret) {
      var at = Instant.ofEpochSecond(Long.parseLong(timestamp));
      assertThat(signature).isEqualTo(Signature.of(secret, id, at, body));
    }
  }

  WebhookCommandTest() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext("/", this::receive);
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var answer = status;
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
    received.add(
        new Received(
            headers.getFirst("webhook-id"),
            headers.getFirst("webhook-timestamp"),
            headers.getFirst("webhook-signature"),
            body));
  }

  private String origin() {
    return "http://127.0.0.1:" + receiver.getAddress().getPort();
  }

  private String yaml() {
    return "outbound: {origins: ['" + origin() + "']}\n";
  }

  /** The next event of a type; others are passed over. */
  private Received next(String type) throws InterruptedException {
    while (true) {
      var event = received.poll(60, TimeUnit.SECONDS);
      if (Objects.requireNonNull(event, "no " + type + " came").isOf(type)) {
        return event;
      }
    }
  }

  @Test
  void theLifeOfATenantIsTold() throws Exception {
    var process = new InProcess(folder);
    try (var _ = process.gateway(yaml())) {
      process.done("tenant", "create", "acme");
      var made = process.done("webhook", "add", origin(), "--tenant", "acme").lines().toList();
      var secret = made.getLast();
      assertThat(process.done("webhook", "list", "--tenant", "acme"))
          .contains(made.getFirst(), "tenant.suspended", "usage.hour")
          .doesNotContain(secret);
      process.done("tenant", "suspend", "acme");
      var suspended = next("tenant.suspended");
      suspended.assertIsGenuine(secret);
      assertThat(suspended.body()).contains("\"data\":{\"tenant\":\"acme\"}");
      process.done("tenant", "resume", "acme");
      next("tenant.resumed").assertIsGenuine(secret);

      process.done("tenant", "quota", "acme", "tenant/calls-per-day=2");
      assertThat(process.done("tenant", "quota", "acme")).isEqualTo("tenant:*/calls-per-day=2");
      process.done("tenant", "delete", "acme", "--yes");
      next("tenant.deleted").assertIsGenuine(secret);
    }
  }

  @Test
  void whatWasRefusedIsToldAgainAlsoByTheNextProcess() throws Exception {
    var process = new InProcess(folder);
    status = 503;
    String secret;
    String id;
    try (var _ = process.gateway(yaml())) {
      process.done("tenant", "create", "acme");
      secret =
          process
              .done("webhook", "add", origin(), "--tenant", "acme", "--event", "tenant.suspended")
              .lines()
              .toList()
              .getLast();
      process.done("tenant", "suspend", "acme");
      id = next("tenant.suspended").id();
    }
    status = 200;
    try (var _ = process.gateway(yaml())) {
      var again = next("tenant.suspended");
      assertThat(again.id()).isEqualTo(id);
      again.assertIsGenuine(secret);
    }
  }

  /** {@code ssrf}: nothing is sent into this network, and redirects are not followed. */
  @Test
  void ssrfAWebhookIsOnThePublicInternetOrTrusted() throws Exception {
    var process = new InProcess(folder);
    try (var gateway = process.gateway("")) {
      process.done("tenant", "create", "acme");
      var administrator = process.administrator(gateway);
      for (var url :
          new String[] {
            origin(),
            "https://127.0.0.1/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://10.0.0.1/",
            "http://192.0.43.8/",
            "file:///etc/passwd",
            "https://user@192.0.43.8/"
          }) {
        var refused =
            administrator.send(
                "POST", "/api/v1/tenants/acme/webhooks", "{\"url\":\"" + url + "\"}");
        assertThat(refused.statusCode()).as(url).isEqualTo(400);
      }
    }
    assertThat(received).isEmpty();
  }
}
