package io.portolan.e2e.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Random JSON texts with what a reader that converts would lose: integers beyond 64 bits, long
 * decimals, exponents, every form of escape, blanks everywhere, and member names that mean
 * something to a gateway where they mean nothing.
 */
public final class JsonMaker {
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "-0.0",
    "1.0",
    "1.10",
    "1E2",
    "1e+2",
    "1e-7",
    "-1.5E-300",
    "1e400",
    "-1e400",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551616",
    "18446744073709551617",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "0.1000000000000000055511151231257827021181583404541015625",
    "3.14159265358979323846264338327950288419716939937510",
    "1e0",
    "100000000000000000000e-20"
  };
  private static final String[] TELLING_NAMES = {
    "id",
    "jsonrpc",
    "method",
    "params",
    "name",
    "arguments",
    "_meta",
    "uri",
    "result",
    "error",
    "progressToken",
    "",
    "ref",
    "cursor",
    "resultType",
    "__proto__",
    "type"
  };
  private static final String[] BLANKS = {"", "", "", " ", "\t", "  ", "\n", " \n\t"};

  private final RandomGenerator random;

  public JsonMaker(RandomGenerator random) {
    this.random = random;
  }

  /** Any value, nested up to the given depth. */
  public String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0, 1 -> number();
      case 2, 3 -> string();
      case 4 -> random.nextBoolean() ? "true" : "false";
      case 5 -> "null";
      case 6 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  /** An object of random members. */
  public String object(int depth) {
    return object(Map.of(), depth);
  }

  /** An object with the given members (raw JSON values) among random ones, in any order. */
  public String object(Map<String, String> given, int depth) {
    var members = new LinkedHashMap<String, String>(given);
    for (int i = random.nextInt(5); i > 0; i--) {
      members.putIfAbsent(name(), value(depth));
    }
    return assemble(members);
  }

  /** An object of just these members (raw JSON values), in any order, with random blanks. */
  public String assemble(Map<String, String> members) {
    var names = new LinkedHashSet<String>();
    var all = members.keySet().stream().toList();
    while (names.size() < all.size()) {
      names.add(all.get(random.nextInt(all.size())));
    }
    var out = new StringBuilder("{").append(blank());
    for (var name : names) {
      out.append(out.length() > 1 && out.indexOf("\"") >= 0 ? "," + blank() : "");
      out.append(JsonStrings.literal(name)).append(blank()).append(':').append(blank());
      out.append(members.get(name)).append(blank());
    }
    return out.append('}').toString();
  }

  /** A member name nobody has heard of, for the levels where known names have a meaning. */
  public String unknownName() {
    return "x-" + Integer.toString(random.nextInt(1 << 20), 36) + (random.nextBoolean() ? "é" : "");
  }

  public String number() {
    return random.nextInt(4) == 0
        ? Long.toString(random.nextLong())
        : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  /** A string literal of all the forms the grammar has. */
  public String string() {
    var out = new StringBuilder("\"");
    for (int i = random.nextInt(12); i > 0; i--) {
      out.append(piece());
    }
    return out.append('"').toString();
  }

  /** A string literal of about that many bytes. */
  public String longString(int bytes) {
    var out = new StringBuilder(bytes + 32).append('"');
    while (out.length() < bytes) {
      out.append(piece());
    }
    return out.append('"').toString();
  }

  /** The bytes of a text. */
  public static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private String piece() {
    return switch (random.nextInt(12)) {
      case 0 ->
          new String[] {"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"}
              [random.nextInt(8)];
      case 1 -> String.format("\\u%04x", random.nextInt(0xD800));
      case 2 -> String.format("\\u%04X", random.nextInt(0xE000, 0x10000));
      case 3 -> pair("\\u%04x\\u%04X");
      case 4 -> "\\ud83d"; // a lone surrogate: allowed by the grammar, lost by a decoder
      case 5 ->
          new String[] {"é", "ß", "\u2028", "\u2029", "\ufeff", "\u007f", "漢"}[random.nextInt(7)];
      case 6 -> Character.toString(random.nextInt(0x10000, 0x10FFFF));
      case 7 -> "{\\\"id\\\":1}";
      case 8 -> "data: \\n\\n";
      default -> Integer.toString(random.nextInt(1 << 24), 36);
    };
  }

  private String pair(String format) {
    return String.format(format, random.nextInt(0xD800, 0xDC00), random.nextInt(0xDC00, 0xE000));
  }

  private String name() {
    return random.nextInt(3) == 0
        ? TELLING_NAMES[random.nextInt(TELLING_NAMES.length)]
        : unknownName();
  }

  private String array(int depth) {
    var out = new StringBuilder("[").append(blank());
    for (int i = random.nextInt(4); i > 0; i--) {
      out.append(value(depth)).append(blank()).append(i > 1 ? "," + blank() : "");
    }
    return out.append(']').toString();
  }

  private String blank() {
    return BLANKS[random.nextInt(BLANKS.length)];
  }
}
