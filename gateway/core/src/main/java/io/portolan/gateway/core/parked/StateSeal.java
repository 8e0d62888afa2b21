package io.portolan.gateway.core.parked;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/*
 * The layout: mark, key id, nonce, then what AES-GCM made of the state. Mark and key id are
 * authenticated with it. The key id is there so that a state of a process that is gone is told from
 * one that was forged, and so that keys can be changed.
 */

/**
 * Seals what the gateway must remember between the rounds of a call into the {@code requestState}
 * that the client carries (AES-256-GCM): the client can neither read nor change it. Thread-safe.
 */
final class StateSeal {
  private static final int MARK = 0x50535431;
  private static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int CHARS_MAX = 4_096;

  private final StateKey key;
  private final SecureRandom random;

  StateSeal(StateKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /** What opening a state found. */
  sealed interface Opened {
    /** It was sealed here and is unchanged. */
    record Genuine(CallState state) implements Opened {}

    /** It looks like one of ours that was sealed with another key. */
    record OtherKey() implements Opened {}

    /** It was changed, or never sealed. */
    record Forged() implements Opened {}
  }

  /** Seals a state into visible ASCII. */
  String seal(CallState state) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(state.encode());
      var all = ByteBuffer.allocate(HEAD_BYTES + NONCE_BYTES + sealed.length);
      all.put(head()).put(nonce).put(sealed);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing a state", e);
    }
  }

  /** Opens what a client sent. */
  Opened open(String text) {
    if (text.length() > CHARS_MAX) {
      return new Opened.Forged();
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      return new Opened.Forged();
    }
    if (all.length <= HEAD_BYTES + NONCE_BYTES + TAG_BITS / Byte.SIZE
        || ByteBuffer.wrap(all).getInt() != MARK) {
      return new Opened.Forged();
    }
    if (ByteBuffer.wrap(all).getLong(Integer.BYTES) != key.id()) {
      return new Opened.OtherKey();
    }
    var nonce = Arrays.copyOfRange(all, HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
    var from = HEAD_BYTES + NONCE_BYTES;
    try {
      var plain = cipher(Cipher.DECRYPT_MODE, nonce).doFinal(all, from, all.length - from);
      return new Opened.Genuine(CallState.decode(plain));
    } catch (AEADBadTagException _) {
      return new Opened.Forged();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening a state", e);
    }
  }

  private byte[] head() {
    return ByteBuffer.allocate(HEAD_BYTES).putInt(MARK).putLong(key.id()).array();
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(head());
    return cipher;
  }
}
