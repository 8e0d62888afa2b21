package io.portolan.registry.pin;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/*
 * Numbers are written as ECMAScript does: the fewest digits that lead back to the same double. The
 * JDK's own text has those digits, but for its two at least: so one digit is tried first.
 */

/**
 * JSON in the one form that RFC 8785 (JCS) gives it, and its digest: two definitions that mean the
 * same have the same one. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</a>
 */
final class CanonicalJson {
  private CanonicalJson() {}

  /**
   * The canonical form.
   *
   * @throws IllegalArgumentException for a number that no double is
   */
  static String of(Json value) {
    var out = new StringBuilder();
    write(out, value);
    return out.toString();
  }

  /** The SHA-256 of the canonical form in UTF-8, in hexadecimal. */
  static String sha256(Json value) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(of(value).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void write(StringBuilder out, Json value) {
    switch (value) {
      case Json.Text(var text) -> string(out, text);
      case Json.Numeral(var literal) -> out.append(number(Double.parseDouble(literal)));
      case Json.Flag(var flag) -> out.append(flag);
      case Json.Nothing() -> out.append("null");
      case Json.Sequence(var items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          out.append(i == 0 ? "" : ",");
          write(out, items.get(i));
        }
        out.append(']');
      }
      case Json.Mapping(var members) -> {
        out.append('{');
        var first = true;
        for (var member : new TreeMap<>(members).entrySet()) { // by UTF-16 units, as compareTo does
          out.append(first ? "" : ",");
          first = false;
          string(out, member.getKey());
          out.append(':');
          write(out, member.getValue());
        }
        out.append('}');
      }
    }
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** A double as ECMA-262, Number::toString, writes it. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a number that is too large for JSON to be compared");
    }
    if (value == 0) {
      return "0";
    }
    if (value < 0) {
      return "-" + number(-value);
    }
    var shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    var one = new BigDecimal(value).round(new MathContext(1)).stripTrailingZeros();
    var decimal = one.doubleValue() == value ? one : shortest;
    var digits = decimal.unscaledValue().toString();
    var point = digits.length() - decimal.scale(); // digits before the decimal point
    var count = digits.length();
    if (count <= point && point <= 21) {
      return digits + "0".repeat(point - count);
    }
    if (0 < point && point <= 21) {
      return digits.substring(0, point) + "." + digits.substring(point);
    }
    if (-6 < point && point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    var exponent = point - 1;
    var mantissa = count == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
  }
}
