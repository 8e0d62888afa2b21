package io.portolan.gateway.openapi.call;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of RFC 3986. Stateless. */
final class Percent {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final String RESERVED = ":/?#[]@!$&'()*+,;=";

  private Percent() {}

  /** A value in which nothing means anything. */
  static String encoded(String text) {
    return encoded(text, UNRESERVED);
  }

  /** A value of a query whose reserved characters stay, but for those that would end it. */
  static String reserved(String text) {
    return encoded(text, UNRESERVED + RESERVED.replaceAll("[#&\\[\\]]", ""));
  }

  /** A path that may hold characters that no URL has. */
  static String path(String text) {
    return encoded(text, UNRESERVED + "/:@!$&'()*+,;=%");
  }

  private static String encoded(String text, String kept) {
    var out = new StringBuilder(text.length() + 16);
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0 && kept.indexOf((char) b) >= 0) {
        out.append((char) b);
      } else {
        out.append('%').append(hex(b >> 4)).append(hex(b));
      }
    }
    return out.toString();
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit & 0xf, 16));
  }
}
