package io.portolan.bench.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs access tokens (RS256) and serves its key set on loopback until it is closed. Used by one
 * thread.
 */
public final class TokenIssuer implements AutoCloseable {
  private static final String KEY_ID = "bench";
  private static final Duration LIFETIME = Duration.ofHours(2);

  private final KeyPair keys;
  private final HttpServer server;

  /** Listens on a free port of this machine. */
  public TokenIssuer() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      this.keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("this JDK has no RSA", e);
    }
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    var keySet = keySet().getBytes(UTF_8);
    server.createContext(
        "/jwks",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, keySet.length);
          exchange.getResponseBody().write(keySet);
          exchange.close();
        });
    server.start();
  }

  /** Its name in tokens. */
  public URI issuer() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Where its key set is. */
  public URI keys() {
    return issuer().resolve("/jwks");
  }

  /** A token for one endpoint, good for two hours. */
  public String token(String subject, URI audience) throws IOException {
    var now = Instant.now().getEpochSecond();
    var head = "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"" + KEY_ID + "\"}";
    var claims =
        """
        {"iss":"%s","sub":"%s","aud":"%s","iat":%d,"exp":%d,"scope":"mcp","groups":["team-0"],\
        "roles":["caller"],"client_id":"bench"}"""
            .formatted(issuer(), subject, audience, now, now + LIFETIME.toSeconds());
    var signed = base64(head.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IOException("a token cannot be signed", e);
    }
  }

  private String keySet() {
    var key = (RSAPublicKey) keys.getPublic();
    return """
    {"keys":[{"kty":"RSA","kid":"%s","alg":"RS256","use":"sig","n":"%s","e":"%s"}]}"""
        .formatted(KEY_ID, base64(key.getModulus()), base64(key.getPublicExponent()));
  }

  private static String base64(BigInteger number) {
    var bytes = number.toByteArray();
    var from = bytes[0] == 0 ? 1 : 0;
    return base64(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
