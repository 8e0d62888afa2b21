package io.portolan.e2e.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.wire.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils texts and requests at random, from a seed, so that each one can be made again. */
public final class Mutator {
  private static final List<String> NASTY =
      List.of(
          "null",
          "{}",
          "[]",
          "\"\"",
          "-1",
          "1e999999",
          "123456789012345678901234567890",
          "true",
          "\\ud800",
          "\\u0000",
          "\u0000",
          "\"id\":null,",
          "\"id\":{},",
          "\"jsonrpc\":\"1.0\",",
          "\"method\":\"__proto__\",",
          "[".repeat(2_000),
          "{\"a\":".repeat(500),
          "'",
          "//",
          "\n",
          "\r\n\r\n",
          "data: ",
          "id: \u0000\n",
          "retry: 99999999999999999999\n",
          ":",
          "event: x\n",
          "\u00ff\u00fe",
          "%00",
          "../../..",
          "${jndi:x}",
          "=?base64?!!?=",
          "2026-07-28",
          "cursor");

  private final SplittableRandom random;

  public Mutator(SplittableRandom random) {
    this.random = random;
  }

  /** The bytes with one to four of their parts changed, doubled, cut or filled. */
  public byte[] bytes(byte[] good) {
    var bad = good;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      bad = once(bad);
    }
    return bad;
  }

  private byte[] once(byte[] text) {
    if (text.length == 0) {
      return nasty();
    }
    var from = random.nextInt(text.length);
    var to = Math.min(text.length, from + 1 + random.nextInt(16));
    return switch (random.nextInt(5)) {
      case 0 -> joined(text, from, new byte[] {(byte) random.nextInt(256)}, from + 1);
      case 1 -> joined(text, from, new byte[0], to);
      case 2 -> joined(text, to, java.util.Arrays.copyOfRange(text, from, to), to);
      case 3 -> joined(text, from, nasty(), from);
      default -> joined(text, from, nasty(), to);
    };
  }

  private byte[] nasty() {
    return NASTY
        .get(random.nextInt(NASTY.size()))
        .getBytes(random.nextBoolean() ? UTF_8 : ISO_8859_1);
  }

  private static byte[] joined(byte[] text, int from, byte[] middle, int to) {
    var all = new ByteArrayOutputStream();
    all.write(text, 0, from);
    all.writeBytes(middle);
    all.write(text, to, text.length - to);
    return all.toByteArray();
  }

  /** The request with its body, one of its headers, or both spoiled; its framing stays right. */
  public HttpRequest request(HttpRequest good) {
    var bad = good;
    if (random.nextInt(3) > 0 && good.body().length > 0) {
      bad = new HttpRequest(good.method(), good.target(), good.headers(), bytes(good.body()));
    }
    return random.nextInt(2) > 0 ? header(bad) : bad;
  }

  private HttpRequest header(HttpRequest good) {
    var names =
        List.of(
            "Mcp-Session-Id",
            "MCP-Protocol-Version",
            "Mcp-Method",
            "Mcp-Name",
            "Mcp-Param-X",
            "Accept",
            "Content-Type",
            "Last-Event-ID",
            "Origin",
            "traceparent",
            "Authorization");
    var name = names.get(random.nextInt(names.size()));
    var value = good.headers().first(name).orElse("x");
    return switch (random.nextInt(4)) {
      case 0 -> good.without(name);
      case 1 -> good.plus(name, value);
      default -> good.with(name, visible(bytes(value.getBytes(UTF_8))));
    };
  }

  /** What may stand in a header without ending it. */
  private static String visible(byte[] bytes) {
    return new String(bytes, ISO_8859_1).replaceAll("[\\x00-\\x1f\\x7f]", "").strip();
  }
}
