package io.portolan.gateway.core.session;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/*
 * An id is base64url of: format (1 byte), nonce (12), AES-256-GCM over the contents with the format
 * as associated data. Nonces are random: one key is good for 2^32 ids, at a thousand new sessions a
 * second for 50 days, before the odds of a repeated nonce reach 2^-32. What a repeat would give away
 * is what two clients said of themselves.
 */

/** Writes session ids that describe their session, and reads them. Thread-safe. */
public final class SessionSeal {
  /** Capabilities and client info above this together are left out of the id. */
  public static final int OPENING_BYTES_MAX = 1_024;

  /** No id is longer. */
  static final int ID_CHARS_MAX = 4_096;

  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int HEAD_BYTES = 1 + NONCE_BYTES;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /** Finding a cipher costs more than using one. */
  private static final int CIPHERS_KEPT = 16;

  private final SessionKey key;
  private final SecureRandom random;
  private final ArrayBlockingQueue<Cipher> ciphers = new ArrayBlockingQueue<>(CIPHERS_KEPT);

  /** Seals with a key; nonces come from {@code random}. */
  public SessionSeal(SessionKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /** The key for ids of tasks, of the same secret. */
  SecretKey taskKey() {
    return key.taskKey();
  }

  /** The id of a session, in visible ASCII. */
  public String seal(SealedSession session) {
    var contents = contents(session);
    var sealed = new byte[HEAD_BYTES + contents.length + TAG_BYTES];
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    sealed[0] = FORMAT;
    System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, nonce);
      cipher.doFinal(contents, 0, contents.length, sealed, HEAD_BYTES);
      var _ = ciphers.offer(cipher);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a session id failed", e);
    }
    return ENCODER.encodeToString(sealed);
  }

  /** What an id says; null when it is not one that this key sealed. */
  public @Nullable SealedSession open(String id) {
    if (id.length() > ID_CHARS_MAX) {
      return null;
    }
    try {
      var sealed = DECODER.decode(id);
      if (sealed.length < HEAD_BYTES + TAG_BYTES || sealed[0] != FORMAT) {
        return null;
      }
      var nonce = new byte[NONCE_BYTES];
      System.arraycopy(sealed, 1, nonce, 0, NONCE_BYTES);
      var cipher = cipher(Cipher.DECRYPT_MODE, nonce);
      var contents = cipher.doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES);
      var _ = ciphers.offer(cipher);
      return session(contents);
    } catch (IllegalArgumentException | AEADBadTagException | BufferUnderflowException _) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a session id failed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    var kept = ciphers.poll();
    var cipher = kept == null ? Cipher.getInstance("AES/GCM/NoPadding") : kept;
    cipher.init(mode, key.key(), new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(new byte[] {FORMAT});
    return cipher;
  }

  private static byte[] contents(SealedSession session) {
    var opening = session.opening();
    var fits =
        opening != null
            && opening.capabilities().length() + opening.clientInfo().length() <= OPENING_BYTES_MAX;
    var tenant = utf8(session.principal().tenant().value());
    var subject = utf8(session.principal().subject());
    var route = utf8(session.route() instanceof Route.Single(var server) ? server : "");
    var version = opening == null || !fits ? utf8("") : utf8(opening.version().text());
    var capabilities = opening == null || !fits ? Slice.empty() : opening.capabilities();
    var clientInfo = opening == null || !fits ? Slice.empty() : opening.clientInfo();
    var length =
        3 * Long.BYTES
            + 6 * Short.BYTES
            + tenant.length()
            + subject.length()
            + route.length()
            + version.length()
            + capabilities.length()
            + clientInfo.length();
    var out = ByteBuffer.allocate(length);
    out.putLong(session.number()).putLong(session.issuer()).putLong(session.issuedMillis());
    put(out, tenant);
    put(out, subject);
    put(out, route);
    put(out, version);
    put(out, capabilities);
    put(out, clientInfo);
    return out.array();
  }

  private static Slice utf8(String text) {
    return Slice.utf8(text);
  }

  private static void put(ByteBuffer out, Slice part) {
    out.putShort((short) part.length()).put(part.array(), part.from(), part.length());
  }

  private static @Nullable SealedSession session(byte[] contents) {
    var in = ByteBuffer.wrap(contents);
    var number = in.getLong();
    var issuer = in.getLong();
    var issued = in.getLong();
    var principal = new Principal(new TenantId(text(in)), text(in));
    var server = text(in);
    var route = server.isEmpty() ? new Route.Federated() : new Route.Single(server);
    var version = text(in);
    var capabilities = part(in);
    var clientInfo = part(in);
    var known = ProtocolVersion.of(version);
    if (!version.isEmpty() && known.isEmpty()) {
      return null; // sealed by a newer gateway, for a version that is not spoken here
    }
    var opening = known.map(v -> new SessionOpening(v, capabilities, clientInfo)).orElse(null);
    return new SealedSession(number, issuer, issued, principal, route, opening);
  }

  private static Slice part(ByteBuffer in) {
    var bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return Slice.of(bytes);
  }

  private static String text(ByteBuffer in) {
    return new String(part(in).array(), StandardCharsets.UTF_8);
  }
}
