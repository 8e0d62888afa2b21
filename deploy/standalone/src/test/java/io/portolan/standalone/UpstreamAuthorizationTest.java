package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.servers.Surroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway before a server that wants an access token of its own. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class UpstreamAuthorizationTest {
  private static final String MODERN_META =
      ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
          + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{\"url\":{}}}}";

  private final AtomicInteger issued = new AtomicInteger();
  private final List<String> forms = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private HttpServer server;
  private volatile String refused = "none";

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/mcp", this::mcp);
    server.createContext("/token", this::token);
    server.createContext(
        "/.well-known/oauth-authorization-server",
        exchange ->
            send(
                exchange,
                200,
                "{\"issuer\":\""
                    + base()
                    + "\",\"token_endpoint\":\""
                    + base()
                    + "/token\",\"authorization_endpoint\":\""
                    + base()
                    + "/sign-in\",\"response_types_supported\":[\"code\"]}"));
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
    http.close();
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void token(HttpExchange exchange) throws IOException {
    forms.add(
        URLDecoder.decode(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            StandardCharsets.UTF_8));
    send(
        exchange,
        200,
        "{\"access_token\":\"issued-"
            + issued.incrementAndGet()
            + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"r-"
            + issued.get()
            + "\"}");
  }

  /** An MCP server of 2025-11-25 that lists for everybody, and calls for those with a token. */
  private void mcp(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!exchange.getRequestMethod().equals("POST")) {
      send(exchange, 405, "{}");
    } else if (body.contains("\"initialize\"")) {
      send(
          exchange,
          200,
          result(
              body,
              "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                  + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}"));
    } else if (body.contains("\"tools/list\"")) {
      send(
          exchange,
          200,
          result(body, "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"}}]}"));
    } else if (body.contains("\"tools/call\"")) {
      shown.add(authorization);
      var good = authorization.startsWith("Bearer issued-") && !authorization.contains(refused);
      send(
          exchange,
          good ? 200 : 401,
          good ? result(body, "{\"content\":[]}") : "{\"error\":\"invalid_token\"}");
    } else if (body.contains("\"server/discover\"")) {
      send(exchange, 404, "{}");
    } else {
      send(exchange, body.contains("\"id\"") ? 200 : 202, result(body, "{}"));
    }
  }

  private static String result(String request, String result) {
    var id = Pattern.compile("\"id\":([^,}]+)").matcher(request);
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + (id.find() ? id.group(1) : "0")
        + ",\"result\":"
        + result
        + "}";
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, status == 202 ? -1 : bytes.length);
    if (status != 202) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private RunningGateway gateway(String authorization) throws Exception {
    var yaml =
        "access-log: off\nservers:\n  s:\n    url: "
            + base()
            + "/mcp\n    authorization:\n"
            + authorization.indent(6);
    var outcome =
        new ConfigLoader(Surroundings.ofProcess(), folder.resolve("data"))
            .load(
                new Flags(
                    Files.writeString(folder.resolve("p.yaml"), yaml),
                    List.of(),
                    "127.0.0.1",
                    0,
                    folder.resolve("data"),
                    null));
    assertThat(outcome).isInstanceOf(ConfigOutcome.Usable.class);
    var ready = new CountDownLatch(1);
    var gateway =
        new Assembly()
            .start(
                ((ConfigOutcome.Usable) outcome).config(),
                new StartupEvents() {
                  @Override
                  public void listening(URI endpoint) {}

                  @Override
                  public void serverChanged(ServerStatus server) {}

                  @Override
                  public void ready(List<ServerStatus> servers) {
                    ready.countDown();
                  }
                });
    assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();
    return gateway;
  }

  private HttpResponse<String> post(RunningGateway gateway, String body, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(gateway.endpoint() + "/s/s"))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static String initialize(String capabilities) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
        + "\"2025-11-25\",\"capabilities\":"
        + capabilities
        + ",\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
  }

  private static String call(String more) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
        + "\"arguments\":{}"
        + more
        + "}}";
  }

  private String legacyCall(RunningGateway gateway, String capabilities, String... headers)
      throws Exception {
    var opened = post(gateway, initialize(capabilities), headers);
    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(200);
    var session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Mcp-Session-Id", session, "MCP-Protocol-Version", "2025-11-25"));
    return post(gateway, call(""), all.toArray(String[]::new)).body();
  }

  private String clientCredentials() {
    return """
        grant: client-credentials
        token-endpoint: %s/token
        client-id: gateway
        client-secret: s3cret
        scopes: [a]
        """
        .formatted(base());
  }

  @Test
  void clientCredentialsAreShownAndRenewedOnceWhenTheyAreRefused() throws Exception {
    try (var gateway = gateway(clientCredentials())) {
      assertThat(legacyCall(gateway, "{}")).contains("\"content\":[]");
      assertThat(legacyCall(gateway, "{}")).contains("\"content\":[]");
      assertThat(issued).hasValue(1);
      assertThat(forms.getFirst()).contains("grant_type=client_credentials", "scope=a");
      refused = "issued-1";
      shown.clear();
      assertThat(legacyCall(gateway, "{}")).contains("\"content\":[]");
      assertThat(shown).containsExactly("Bearer issued-1", "Bearer issued-2");
    }
  }

  @Test
  void tokenPassthroughWhatACallerShowsGoesNowhere() throws Exception {
    try (var gateway = gateway(clientCredentials())) {
      assertThat(legacyCall(gateway, "{}", "Authorization", "Bearer of-the-caller"))
          .contains("\"content\":[]");
      assertThat(shown).containsOnly("Bearer issued-1");
      assertThat(String.join("\n", forms)).doesNotContain("of-the-caller");
    }
  }

  private String perUser() {
    return """
        grant: authorization-code
        issuer: %s
        client-id: gateway
        """
        .formatted(base());
  }

  /** What a person does who is sent to a URL. */
  private void allow(URI url) throws Exception {
    var page = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    var cookie = page.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    var form = found("name=\"form\" value=\"([^\"]+)\"", page.body());
    var sent =
        http.send(
            HttpRequest.newBuilder(url)
                .headers(
                    "Cookie",
                    cookie,
                    "Origin",
                    "http://127.0.0.1:" + url.getPort(),
                    "Content-Type",
                    "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("do=allow&form=" + form))
                .build(),
            BodyHandlers.ofString());
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
    var away = sent.headers().firstValue("Location").orElseThrow();
    assertThat(away).startsWith(base() + "/sign-in?").contains("code_challenge_method=S256");
    var back = url.resolve("/authorize/callback?code=c&state=" + found("state=([^&]+)", away));
    var done =
        http.send(
            HttpRequest.newBuilder(back).header("Cookie", cookie).build(), BodyHandlers.ofString());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
  }

  private static String found(String pattern, String text) {
    var matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  @Test
  void aLegacyClientIsSentToAUrlAndItsCallWorksThen() throws Exception {
    try (var gateway = gateway(perUser())) {
      var asked = legacyCall(gateway, "{\"elicitation\":{\"url\":{}}}");
      assertThat(asked).contains("-32042", "\"mode\":\"url\"", "\"elicitationId\"");
      assertThat(shown).as("nothing was sent").isEmpty();
      allow(URI.create(found("\"url\":\"([^\"]+)\"", asked)));
      assertThat(legacyCall(gateway, "{}")).contains("\"content\":[]");
      assertThat(shown).containsExactly("Bearer issued-1");
    }
    try (var gateway = gateway(perUser())) {
      assertThat(legacyCall(gateway, "{}")).as("it is kept").contains("\"content\":[]");
      assertThat(issued).hasValue(1);
    }
  }

  @Test
  void aClientThatTakesNoUrlsIsToldInWords() throws Exception {
    try (var gateway = gateway(perUser())) {
      assertThat(legacyCall(gateway, "{}"))
          .contains("\"error\"", "/authorize/", "\"mayHaveRun\":false")
          .doesNotContain("-32042");
    }
  }

  @Test
  void aModernClientIsAskedAndItsRetryWorks() throws Exception {
    try (var gateway = gateway(perUser())) {
      String[] headers = {
        "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "echo"
      };
      var asked = post(gateway, call(MODERN_META), headers).body();
      assertThat(asked).contains("\"input_required\"", "elicitation/create", "\"mode\":\"url\"");
      allow(URI.create(found("\"url\":\"([^\"]+)\"", asked)));
      var retry =
          MODERN_META
              + ",\"inputResponses\":{\"grant\":{\"action\":\"accept\"}},\"requestState\":\""
              + found("\"requestState\":\"([^\"]+)\"", asked)
              + "\"";
      assertThat(post(gateway, call(retry), headers).body()).contains("\"content\":[]");
    }
  }
}
