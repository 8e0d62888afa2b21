package io.portolan.tenancy.vault;

import io.portolan.tenancy.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals texts into placeholders, {@code <kind:...>}, and opens them: AES-256-GCM, bound to tenant
 * and kind. The nonce is a keyed hash of kind and text, so that one text has one placeholder and a
 * model can tell that two are the same; two texts share a nonce only where 96 bits of HMAC collide.
 * Immutable and thread-safe.
 */
final class PlaceholderSeal {
  /** Of a longer text, in bytes of UTF-8, no placeholder is made. */
  static final int TEXT_BYTES_MAX = 512;

  /** Half of it seals, half of it makes nonces. */
  static final int KEY_BYTES = 64;

  private static final int NONCE_BYTES = 12;
  private static final int SEALED_CHARS_MAX = 4 * (NONCE_BYTES + TEXT_BYTES_MAX + 16) / 3 + 4;

  private final TenantId tenant;
  private final byte[] sealing;
  private final byte[] hashing;

  PlaceholderSeal(TenantId tenant, byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, not " + key.length);
    }
    this.tenant = tenant;
    this.sealing = Arrays.copyOf(key, KEY_BYTES / 2);
    this.hashing = Arrays.copyOfRange(key, KEY_BYTES / 2, KEY_BYTES);
  }

  @Nullable String seal(String kind, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > TEXT_BYTES_MAX) {
      return null;
    }
    var shown = shown(kind);
    try {
      var sealed = Sealing.seal(sealing, nonce(shown, bytes), bytes, context(shown));
      return "<"
          + shown
          + ":"
          + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed)
          + ">";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-256-GCM", e);
    }
  }

  @Nullable String open(String placeholder) {
    var colon = placeholder.indexOf(':');
    var end = placeholder.length() - 1;
    if (colon < 2
        || end - colon > SEALED_CHARS_MAX
        || placeholder.charAt(0) != '<'
        || placeholder.charAt(end) != '>') {
      return null;
    }
    var shown = placeholder.substring(1, colon);
    try {
      var sealed = Base64.getUrlDecoder().decode(placeholder.substring(colon + 1, end));
      var text = Sealing.open(sealing, sealed, context(shown));
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return null; // another tenant's, changed, or none
    }
  }

  /** {@code email} of {@code pii:email}. */
  private static String shown(String kind) {
    return kind.substring(kind.lastIndexOf(':') + 1);
  }

  private byte[] context(String shown) {
    return Sealing.context("placeholder", tenant.value(), shown);
  }

  private byte[] nonce(String shown, byte[] text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(hashing, "HmacSHA256"));
    mac.update(context(shown));
    return Arrays.copyOf(mac.doFinal(text), NONCE_BYTES);
  }
}
