package io.portolan.gateway.openapi.convert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * Names for tools and arguments: of few characters, short, unique, and the same whenever the same
 * document is read. For one thread.
 */
final class ToolNames {
  private static final int LENGTH_MAX = 64;
  private static final int HASH_CHARS = 8;

  private final Set<String> taken = new HashSet<>();

  /** The name of an operation. */
  String ofOperation(String operationId, String method, String path) {
    var wanted = operationId.isBlank() ? method.toLowerCase(Locale.ROOT) + "_" + path : operationId;
    return unique(wanted, method + " " + path);
  }

  /**
   * A name made of another.
   *
   * @param what tells it from others that are wanted as well
   */
  String unique(String wanted, String what) {
    var plain = plain(wanted);
    var name = plain.length() > LENGTH_MAX ? shortened(plain, what) : plain;
    if (taken.add(name)) {
      return name;
    }
    var other = shortened(plain, what);
    for (int i = 2; !taken.add(other); i++) {
      other = shortened(plain, what + " " + i);
    }
    return other;
  }

  private static String plain(String text) {
    var plain =
        text.replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("_{2,}", "_").replaceAll("^_|_$", "");
    return plain.isEmpty() ? "x" : plain;
  }

  private static String shortened(String plain, String what) {
    var room = LENGTH_MAX - HASH_CHARS - 1;
    return plain.substring(0, Math.min(room, plain.length())) + "_" + hash(what);
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes, 0, HASH_CHARS / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JVM has no SHA-256", e);
    }
  }
}
