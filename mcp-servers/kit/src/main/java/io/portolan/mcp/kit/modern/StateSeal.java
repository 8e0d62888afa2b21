package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals what a server must remember between the rounds of a request into the {@code requestState}
 * that the client carries. AES-GCM: the client can neither read nor change it, nor use it with
 * another request or after its time. The key lives as long as the process.
 */
final class StateSeal {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int STATE_CHARS_MAX = 1 << 20;

  private final SecureRandom random = new SecureRandom();
  private final SecretKey key;
  private final Clock clock;
  private final Duration lifetime;

  StateSeal(Clock clock, Duration lifetime) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, "AES");
    this.clock = clock;
    this.lifetime = lifetime;
  }

  /** Seals the answers so far for one request; {@code request} is its digest. */
  String seal(String request, ObjectNode answers) {
    var state = Json.object().put("expires", clock.instant().plus(lifetime).toEpochMilli());
    state.set("answers", answers);
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, request)
              .doFinal(Json.write(state).getBytes(StandardCharsets.UTF_8));
      var out = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a request state", e);
    }
  }

  /**
   * Opens a state for the request it was sealed for.
   *
   * @throws ProtocolFailure when it was changed, belongs to another request, or is too old
   */
  ObjectNode open(String request, JsonNode state) {
    if (!state.isString() || state.stringValue().length() > STATE_CHARS_MAX) {
      throw refused();
    }
    JsonNode opened;
    try {
      var bytes = Base64.getUrlDecoder().decode(state.stringValue());
      if (bytes.length <= NONCE_BYTES) {
        throw refused();
      }
      var nonce = new byte[NONCE_BYTES];
      System.arraycopy(bytes, 0, nonce, 0, NONCE_BYTES);
      opened =
          Json.MAPPER.readTree(
              cipher(Cipher.DECRYPT_MODE, nonce, request)
                  .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES));
    } catch (IllegalArgumentException | GeneralSecurityException | JacksonException e) {
      throw refused();
    }
    if (opened.path("expires").asLong(0) < clock.millis()
        || !(opened.path("answers") instanceof ObjectNode answers)) {
      throw refused();
    }
    return answers;
  }

  private Cipher cipher(int mode, byte[] nonce, String request) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(request.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static ProtocolFailure refused() {
    // One message for all reasons: a forger learns nothing from it.
    return ProtocolFailure.invalidParams("requestState is not valid for this request");
  }
}
