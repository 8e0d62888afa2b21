package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.HeaderCheck.Mismatch;
import java.util.function.Predicate;

/** Compares one header field with what a body says. Stateless. */
final class HeaderCompare {
  private static final int QUOTED_CHARS_MAX = 100;

  private HeaderCompare() {}

  /** Whether a field must be there. */
  enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /** Compares a field that carries its text as it is. */
  static HeaderCheck plain(HeaderSource headers, String header, String expected) {
    var value = headers.first(header);
    if (value == null || headers.count(header) > 1) {
      return countWrong(headers, header, expected);
    }
    var sent = HeaderText.trim(value);
    return sent.equals(expected) ? HeaderCheck.OK : different(header, sent, expected);
  }

  /** Compares a field that may be encoded. */
  static HeaderCheck encoded(
      HeaderSource headers, String header, String expected, Presence presence) {
    return headers.count(header) == 0 && presence == Presence.OPTIONAL
        ? HeaderCheck.OK
        : encoded(headers, header, expected, expected::equals);
  }

  /** Compares a field that must be there and may be encoded, by a rule of the caller. */
  static HeaderCheck encoded(
      HeaderSource headers, String header, String expected, Predicate<String> same) {
    var value = headers.first(header);
    if (value == null || headers.count(header) > 1) {
      return countWrong(headers, header, expected);
    }
    var sent = HeaderText.decode(value);
    if (sent.isEmpty()) {
      return mismatch(
          header, "value " + quoted(value) + " has invalid characters or is not valid Base64");
    }
    return same.test(sent.get()) ? HeaderCheck.OK : different(header, sent.get(), expected);
  }

  /** A field that must not be there because the body has no such value. */
  static HeaderCheck absent(HeaderSource headers, String header) {
    var value = headers.first(header);
    return value == null
        ? HeaderCheck.OK
        : mismatch(header, "value " + quoted(value) + " does not match the body, which has none");
  }

  private static Mismatch countWrong(HeaderSource headers, String header, String expected) {
    var count = headers.count(header);
    return mismatch(
        header,
        (count > 1 ? "occurs " + count + " times" : "is missing")
            + ", the body says "
            + quoted(expected));
  }

  private static Mismatch different(String header, String sent, String expected) {
    return mismatch(
        header, "value " + quoted(sent) + " does not match body value " + quoted(expected));
  }

  private static Mismatch mismatch(String header, String problem) {
    return new Mismatch(header, "Header mismatch: " + header + " header " + problem);
  }

  private static String quoted(String text) {
    return text.length() <= QUOTED_CHARS_MAX
        ? "'" + text + "'"
        : "'" + text.substring(0, QUOTED_CHARS_MAX) + "...'";
  }
}
