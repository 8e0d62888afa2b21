package io.portolan.e2e;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What an IDE does to be let in: knows nothing but the endpoint, and follows what it is told. */
final class OAuthClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String REDIRECT = "http://127.0.0.1:9/callback"; // nobody needs to listen
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final int REDIRECTS_MAX = 12;

  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager())
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(PATIENCE)
          .build();
  private final SecureRandom random = new SecureRandom();
  private final ObjectMapper json = new ObjectMapper();

  /** The tokens of one grant. */
  record Tokens(String access, String refresh, String scope) {}

  /** Where to ask, and for what. */
  record Server(String resource, String issuer, URI authorize, URI token) {}

  /** Posts a JSON-RPC message. */
  HttpResponse<String> post(URI endpoint, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    headers.forEach(request::header);
    return http.send(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  /** The parameters of the reply's challenge. */
  static Map<String, String> challenge(HttpResponse<String> reply) {
    var text = reply.headers().firstValue("WWW-Authenticate").orElse("");
    return PARAMETER
        .matcher(text)
        .results()
        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  /** Follows a challenge to the authorization server it leads to. */
  Server discover(String metadataUrl) throws IOException, InterruptedException {
    var resource = get(metadataUrl);
    var issuer = resource.path("authorization_servers").path(0).asString();
    var server = get(issuer + "/.well-known/oauth-authorization-server", issuer);
    if (!server.path("issuer").asString().equals(issuer)) {
      throw new AssertionError("metadata of another issuer: " + server);
    }
    return new Server(
        resource.path("resource").asString(),
        issuer,
        URI.create(server.path("authorization_endpoint").asString()),
        URI.create(server.path("token_endpoint").asString()));
  }

  /** Older servers have the document of OpenID Connect only. */
  private JsonNode get(String url, String issuer) throws IOException, InterruptedException {
    var reply = fetch(URI.create(url));
    return reply.statusCode() == 200
        ? json.readTree(reply.body())
        : get(issuer + "/.well-known/openid-configuration");
  }

  private JsonNode get(String url) throws IOException, InterruptedException {
    var reply = fetch(URI.create(url));
    if (reply.statusCode() != 200) {
      throw new AssertionError(url + " answered " + reply.statusCode() + ": " + reply.body());
    }
    return json.readTree(reply.body());
  }

  private HttpResponse<String> fetch(URI url) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** Authorization code with PKCE (S256), for the resource (RFC 8707). */
  Tokens signIn(Server server, String scope) throws IOException, InterruptedException {
    var verifier = word();
    var state = word();
    var query = new LinkedHashMap<String, String>();
    query.put("response_type", "code");
    query.put("client_id", "ide");
    query.put("redirect_uri", REDIRECT);
    query.put("scope", scope);
    query.put("resource", server.resource());
    query.put("state", state);
    query.put("code_challenge", challengeOf(verifier));
    query.put("code_challenge_method", "S256");
    var answer = followed(URI.create(server.authorize() + "?" + form(query)));
    if (!state.equals(answer.get("state")) || !server.issuer().equals(answer.get("iss"))) {
      throw new AssertionError("an answer to another question: " + answer.keySet());
    }
    var exchange = new LinkedHashMap<String, String>();
    exchange.put("grant_type", "authorization_code");
    exchange.put("client_id", "ide");
    exchange.put("code", answer.getOrDefault("code", ""));
    exchange.put("redirect_uri", REDIRECT);
    exchange.put("code_verifier", verifier);
    exchange.put("resource", server.resource());
    return tokens(server, exchange);
  }

  /** Trades the refresh token for new tokens. */
  Tokens refresh(Server server, Tokens known) throws IOException, InterruptedException {
    var exchange = new LinkedHashMap<String, String>();
    exchange.put("grant_type", "refresh_token");
    exchange.put("client_id", "ide");
    exchange.put("refresh_token", known.refresh());
    exchange.put("resource", server.resource());
    return tokens(server, exchange);
  }

  private Tokens tokens(Server server, Map<String, String> form)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.token())
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form(form)))
            .build();
    var reply = http.send(request, BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new AssertionError("no tokens: " + reply.statusCode() + " " + reply.body());
    }
    var object = json.readTree(reply.body());
    return new Tokens(
        object.path("access_token").asString(),
        object.path("refresh_token").asString(),
        object.path("scope").asString());
  }

  /** Goes where the server sends the browser, until that is back to the client. */
  private Map<String, String> followed(URI start) throws IOException, InterruptedException {
    var at = start;
    for (int i = 0; i < REDIRECTS_MAX; i++) {
      var reply = fetch(at);
      var next = reply.headers().firstValue("Location");
      if (next.isEmpty()) {
        throw new AssertionError("stuck with " + reply.statusCode() + " at " + at.getPath());
      }
      at = at.resolve(next.get());
      if (at.toString().startsWith(REDIRECT)) {
        return parsed(at.getRawQuery());
      }
    }
    throw new AssertionError("more than " + REDIRECTS_MAX + " redirects");
  }

  private static Map<String, String> parsed(String query) {
    var parameters = new LinkedHashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      var parts = pair.split("=", 2);
      parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private String word() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String challengeOf(String verifier) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(hash.digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
