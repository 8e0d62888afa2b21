package io.portolan.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardsTest {
  private EdgeFixture edge;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    edge =
        new EdgeFixture(
            new EdgeSettings(
                "127.0.0.1",
                0,
                Set.of("gateway.example"),
                Set.of("https://console.example"),
                EdgeLimits.DEFAULT));
    client = edge.client();
  }

  @AfterEach
  void stop() throws IOException {
    edge.close();
  }

  private static String withHost(String host) {
    return RawClient.post("/mcp", "{}").replace("Host: localhost", "Host: " + host);
  }

  private static String with(String name, String value) {
    var request = RawClient.post("/mcp", "{}");
    return request.contains(name + ": ")
        ? request.replaceFirst(name + ": [^\r]*", name + ": " + value)
        : request.replaceFirst("\r\n", "\r\n" + name + ": " + value + "\r\n");
  }

  /** Refused with a JSON-RPC error that names what was sent; the connection goes on. */
  private void assertRefused(String request, int status, String named) throws IOException {
    var response = client.exchange(request);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.header("content-type")).isEqualTo("application/json");
    assertThat(response.body())
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"")
        .contains(named);
    assertThat(edge.gateway.seen).isEmpty();
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  private void assertAccepted(String request) throws IOException {
    assertThat(client.exchange(request).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8080",
        "gateway.example",
        "Gateway.Example:443"
      })
  void hostsOfThisServerAreAccepted(String host) throws IOException {
    assertAccepted(withHost(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.2",
        "127.0.0.1.evil.example",
        "192.168.0.1",
        "[::2]",
        "xlocalhost"
      })
  void otherHostsAreRefusedAndNamed(String host) throws IOException {
    assertRefused(withHost(host), 403, "Host: '" + host + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: localhost\r\nHost: localhost\r\n"})
  void oneHostMustBeSent(String lines) throws IOException {
    var request = RawClient.post("/mcp", "{}").replace("Host: localhost\r\n", lines);

    assertRefused(request, 400, "Header Host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:x", "localhost:80:80", "local host", "@localhost", "[::1"})
  void whatIsNoHostIsRefused(String host) throws IOException {
    assertThat(client.exchange(withHost(host)).status()).isIn(400, 403);
    assertThat(edge.gateway.seen).isEmpty();
  }

  @Test
  void healthAndMetricsCheckTheHostToo() throws IOException {
    for (var path : new String[] {"/metrics", "/health/ready", "/other"}) {
      var request = RawClient.request("GET", path).replace("localhost", "evil.example");
      assertThat(client.exchange(request).status()).isEqualTo(403);
    }
  }

  @Test
  void onAllAddressesLiteralAddressesAreAcceptedButNoStrangeNames() throws IOException {
    try (var open = new EdgeFixture(EdgeSettings.at("0.0.0.0", 0))) {
      var toOpen = open.client();
      for (var host : new String[] {"192.168.0.17:80", "[fd00::1]:80", "localhost"}) {
        assertThat(toOpen.exchange(withHost(host)).status()).isEqualTo(200);
      }
      for (var host : new String[] {"evil.example", "192.168.0.17.evil.example", "1.2.3"}) {
        assertThat(toOpen.exchange(withHost(host)).status()).isEqualTo(403);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost",
        "http://localhost:5173",
        "https://127.0.0.1:8080",
        "http://[::1]:6274",
        "https://console.example"
      })
  void knownOriginsAreAcceptedAndToldSo(String origin) throws IOException {
    var response = client.exchange(with("Origin", origin));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("access-control-allow-origin")).isEqualTo(origin);
    assertThat(response.header("vary")).isEqualTo("Origin");
    assertThat(response.header("access-control-expose-headers"))
        .contains("Mcp-Session-Id", "MCP-Protocol-Version");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "http://evil.example",
        "http://localhost.evil.example",
        "https://console.example:444",
        "http://console.example",
        "file://",
        "localhost"
      })
  void otherOriginsAreRefusedAndNamed(String origin) throws IOException {
    assertRefused(with("Origin", origin), 403, "Origin: '" + origin + "'");
  }

  @Test
  void aRefusedOriginIsNotToldThatItMayReadThis() throws IOException {
    assertThat(
            client
                .exchange(with("Origin", "http://evil.example"))
                .header("access-control-allow-origin"))
        .isNull();
  }

  @Test
  void twoOriginsAreRefused() throws IOException {
    var request = RawClient.post("/mcp", "{}", "Origin: http://localhost", "Origin: null");

    assertThat(client.exchange(request).status()).isEqualTo(403);
  }

  @Test
  void aPreflightOfAnAllowedOriginNamesMethodsAndHeaders() throws IOException {
    var response =
        client.exchange(
            RawClient.request(
                "OPTIONS",
                "/mcp",
                "Origin: http://localhost:5173",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type, mcp-param-region"));

    assertThat(response.status()).isEqualTo(204);
    assertThat(response.header("access-control-allow-origin")).isEqualTo("http://localhost:5173");
    assertThat(response.header("access-control-allow-methods")).contains("POST", "DELETE");
    assertThat(response.header("access-control-allow-headers"))
        .isEqualTo("content-type, mcp-param-region");
    assertThat(response.header("content-length")).isNull();
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void aPreflightOfAnotherOriginIsRefused() throws IOException {
    var request = RawClient.request("OPTIONS", "/mcp", "Origin: http://evil.example");

    assertThat(client.exchange(request).status()).isEqualTo(403);
  }

  @Test
  void optionsWithoutAnOriginNamesTheMethods() throws IOException {
    assertThat(client.exchange(RawClient.request("OPTIONS", "/mcp")).header("allow"))
        .isEqualTo("POST, GET, DELETE, OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\""
      })
  void jsonBodiesAreAccepted(String type) throws IOException {
    assertAccepted(with("Content-Type", type));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/json-seq",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16"
      })
  void otherBodiesAreRefusedAndNamed(String type) throws IOException {
    assertRefused(with("Content-Type", type), 415, type);
  }

  @Test
  void aMissingContentTypeIsRefused() throws IOException {
    assertRefused(
        RawClient.post("/mcp", "{}").replace("Content-Type: application/json\r\n", ""),
        415,
        "missing");
  }

  @ParameterizedTest
  @CsvSource({"gzip,415", "br,415", "identity,200"})
  void onlyPlainBodiesAreRead(String encoding, int status) throws IOException {
    assertThat(client.exchange(with("Content-Encoding", encoding)).status()).isEqualTo(status);
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json, text/event-stream",
        "text/event-stream,application/json;q=0.9",
        "*/*",
        "application/*, text/*",
        "text/html, */*;q=0.8"
      })
  void bothKindsOfReplyMustBeAccepted(String accept) throws IOException {
    assertAccepted(with("Accept", accept));
  }

  @Test
  void noAcceptTakesEverything() throws IOException {
    assertAccepted(
        RawClient.post("/mcp", "{}")
            .replace("Accept: application/json, text/event-stream\r\n", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "text/event-stream",
        "text/html",
        "application/json, text/event-stream;q=0"
      })
  void oneKindOfReplyIsNotEnough(String accept) throws IOException {
    assertRefused(with("Accept", accept), 406, accept);
  }

  @Test
  void aGetMustAcceptEvents() throws IOException {
    assertThat(
            client.exchange(RawClient.request("GET", "/mcp", "Accept: application/json")).status())
        .isEqualTo(406);
    assertThat(
            client.exchange(RawClient.request("GET", "/mcp", "Accept: text/event-stream")).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "TRACE", "FOO", "CONNECT"})
  void otherMethodsAreNotAllowed(String method) throws IOException {
    var response = client.exchange(RawClient.request(method, "/mcp"));

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("allow")).isEqualTo("POST, GET, DELETE, OPTIONS");
    assertThat(response.body()).contains(method);
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void headIsNotAllowedAndHasNoBody() throws IOException {
    client.send(RawClient.request("HEAD", "/mcp"));

    assertThat(client.receive(true).status()).isEqualTo(405);
    assertThat(client.exchange(RawClient.post("/mcp", "{}")).status()).isEqualTo(200);
  }

  @Test
  void aRefusedRequestIsLoggedWithItsStatus() throws IOException {
    client.exchange(with("Accept", "text/html"));

    EdgeFixture.await("a line", () -> edge.logText().endsWith("}\n"));
    assertThat(edge.logText()).contains("\"outcome\":\"bad_request\",\"status\":406,");
  }
}
