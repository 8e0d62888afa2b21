package io.portolan.gateway.protocol;

import java.math.BigDecimal;

/*
 * Numbers of up to a hundred characters are compared exactly; BigDecimal compares magnitudes
 * before digits, so an exponent of any size costs nothing.
 */

/** One argument as the value of a header field. Stateless. */
final class ParamValue {
  private static final int NUMBER_CHARS_MAX = 100;
  private static final int WHOLE_DIGITS_MAX = 40;

  private ParamValue() {}

  /** Objects and arrays have no form in a header; the schema makes them invalid anyway. */
  static boolean isMirrored(Slice value) {
    return !value.isObject() && !value.isArray();
  }

  /** Compares a field with an argument that is there and not null. */
  static HeaderCheck check(HeaderSource headers, String header, Slice value) {
    if (!isMirrored(value)) {
      return HeaderCheck.OK;
    }
    var expected = text(value);
    return value.isNumber()
        ? HeaderCompare.encoded(headers, header, expected, sent -> sameNumber(sent, expected))
        : HeaderCompare.encoded(headers, header, expected, expected::equals);
  }

  /** The text of an argument: strings as they are, whole numbers without point and exponent. */
  static String text(Slice value) {
    if (value.isString()) {
      return value.string();
    }
    return value.isNumber() ? number(value.text()) : value.text();
  }

  private static String number(String written) {
    var whole = written.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    if (whole || written.length() > NUMBER_CHARS_MAX) {
      return written;
    }
    try {
      var number = new BigDecimal(written).stripTrailingZeros();
      return number.scale() <= 0 && number.precision() - number.scale() <= WHOLE_DIGITS_MAX
          ? number.toBigIntegerExact().toString()
          : written;
    } catch (ArithmeticException | NumberFormatException _) {
      return written;
    }
  }

  private static boolean sameNumber(String sent, String expected) {
    if (sent.equals(expected)) {
      return true;
    }
    if (sent.length() > NUMBER_CHARS_MAX || expected.length() > NUMBER_CHARS_MAX) {
      return false;
    }
    try {
      return new BigDecimal(sent).compareTo(new BigDecimal(expected)) == 0;
    } catch (ArithmeticException | NumberFormatException _) {
      return false;
    }
  }
}
