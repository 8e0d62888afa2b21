package io.portolan.gateway.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/*
 * A text that begins and ends like an encoded one is always encoded, so that no plain value can be
 * taken for an encoded one. The empty text is encoded too: there are proxies that drop empty fields.
 */

/**
 * Texts as values of the {@code Mcp-Name} and {@code Mcp-Param-*} header fields: as they are where
 * they are plain ASCII, as {@code =?base64?...?=} otherwise (2026-07-28, value encoding).
 * Stateless.
 */
public final class HeaderText {
  private static final String PREFIX = "=?base64?";
  private static final String SUFFIX = "?=";

  private HeaderText() {}

  /** The field value that carries {@code text}. */
  public static String encode(String text) {
    return isPlain(text) && !text.isEmpty()
        ? text
        : PREFIX
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + SUFFIX;
  }

  private static boolean isPlain(String text) {
    return !looksEncoded(text)
        && text.chars().allMatch(c -> c >= ' ' && c <= '~')
        && text.equals(text.strip());
  }

  private static boolean looksEncoded(String value) {
    return value.startsWith(PREFIX) && value.endsWith(SUFFIX);
  }

  /**
   * The text that a field value carries, surrounding blanks removed; empty when it has characters
   * that a field must not have, or looks encoded and is not: Base64 with its padding, of UTF-8.
   */
  public static Optional<String> decode(String value) {
    var trimmed = trim(value);
    if (!looksEncoded(trimmed)) {
      var valid = trimmed.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
      return valid ? Optional.of(trimmed) : Optional.empty();
    }
    return trimmed.length() < PREFIX.length() + SUFFIX.length()
        ? Optional.empty()
        : decodeBase64(trimmed.substring(PREFIX.length(), trimmed.length() - SUFFIX.length()));
  }

  private static Optional<String> decodeBase64(String encoded) {
    try {
      var bytes = Base64.getDecoder().decode(encoded);
      if (!Base64.getEncoder().encodeToString(bytes).equals(encoded)) {
        return Optional.empty(); // padding left out, or bits that no encoder writes
      }
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException _) {
      return Optional.empty();
    }
  }

  /** Without the blanks around it that HTTP says are no part of a value (RFC 9110, 5.5). */
  static String trim(String value) {
    var from = 0;
    var to = value.length();
    while (from < to && isBlank(value.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(value.charAt(to - 1))) {
      to--;
    }
    return value.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
