package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An authorization server's documents on loopback, and its signatures. Not an OAuth server. */
final class FakeIssuer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final String HERE = "http://127.0.0.1:8080/mcp";

  final AtomicInteger fetches = new AtomicInteger();
  final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<ECKey> keys = new ArrayList<>();
  final List<JWK> others = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /** What is answered at a path. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  FakeIssuer() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    newKey("first");
    answers.put("/jwks", exchange -> send(exchange, 200, published()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    fetches.incrementAndGet();
    var answer = answers.get(exchange.getRequestURI().getPath());
    if (answer == null) {
      send(exchange, 404, "{}");
    } else {
      answer.to(exchange);
    }
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** From now on tokens are signed with a new key, which is published beside the others. */
  ECKey newKey(String id) throws JOSEException {
    var key = new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyID(id).generate();
    synchronized (keys) {
      keys.add(key);
    }
    return key;
  }

  ECKey key() {
    synchronized (keys) {
      return keys.getLast();
    }
  }

  private String published() {
    synchronized (keys) {
      var all = new ArrayList<JWK>(keys);
      all.addAll(others);
      return new JWKSet(all).toString();
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Issuer issuer() {
    return issuer(new Issuer.TenantRule.Fixed(new TenantId("acme")), Set.of());
  }

  Issuer issuer(Issuer.TenantRule tenant, Set<String> audiences) {
    return new Issuer(
        "corp",
        uri(),
        uri().resolve("/jwks"),
        Set.of("RS256", "ES256"),
        tenant,
        audiences,
        ClaimNames.STANDARD);
  }

  /** Claims of a token that is good. */
  JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(uri().toString())
        .subject("alice")
        .audience(HERE)
        .jwtID("token-1")
        .claim("scope", "mcp:read mcp:tools:call")
        .claim("client_id", "ide")
        .issueTime(Date.from(NOW.minusSeconds(10)))
        .expirationTime(Date.from(NOW.plusSeconds(600)));
  }

  JWSHeader.Builder header() {
    return new JWSHeader.Builder(JWSAlgorithm.ES256)
        .keyID(key().getKeyID())
        .type(new JOSEObjectType("at+jwt"));
  }

  String token(JWTClaimsSet claims) throws JOSEException {
    return token(header().build(), claims);
  }

  String token(JWSHeader header, JWTClaimsSet claims) throws JOSEException {
    return signed(header, claims, key());
  }

  static String signed(JWSHeader header, JWTClaimsSet claims, ECKey key) throws JOSEException {
    var jwt = new SignedJWT(header, claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
