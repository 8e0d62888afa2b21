package io.portolan.tenancy.auth.jwt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that passed, by their SHA-256, so that a dump of the memory holds none. Only tokens with a
 * right signature come in, so nobody can fill it with rubbish. Thread-safe.
 */
final class TokenCache {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The SHA-256 of a token. */
  record Name(long a, long b, long c, long d) {}

  private record Entry(ValidToken token, long untilNanos) {}

  private final Map<Name, Entry> entries = new ConcurrentHashMap<>();
  private final int max;

  TokenCache(int max) {
    this.max = max;
  }

  static Name nameOf(String token) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.ISO_8859_1));
      return new Name(part(hash, 0), part(hash, 8), part(hash, 16), part(hash, 24));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static long part(byte[] hash, int at) {
    return (long) LONGS.get(hash, at);
  }

  /**
   * What is known of a token; null when it is to be checked, perhaps again.
   *
   * @param nanos the monotonic time: what is known lasts no longer when the wall clock is set back
   */
  @Nullable ValidToken find(Name name, long nanos) {
    var entry = entries.get(name);
    return entry == null || entry.untilNanos() - nanos <= 0 ? null : entry.token();
  }

  void put(Name name, ValidToken token, long untilNanos) {
    if (entries.size() >= max && !entries.containsKey(name)) {
      makeRoom();
    }
    entries.put(name, new Entry(token, untilNanos));
  }

  /** Drops a sixteenth, whichever: they are checked again when they are next sent. */
  private void makeRoom() {
    var left = Math.max(1, max / 16);
    var names = entries.keySet().iterator();
    while (left-- > 0 && names.hasNext()) {
      names.next();
      names.remove();
    }
  }

  int size() {
    return entries.size();
  }
}
