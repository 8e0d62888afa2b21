package io.portolan.tenancy.policy.guardrail;

/** Tells numbers that somebody issued from others that look like them. Stateless. */
final class Checksums {
  private Checksums() {}

  /**
   * Luhn, over 13 to 19 digits.
   *
   * @see <a href="https://www.iso.org/standard/70484.html">ISO/IEC 7812-1</a>
   */
  static boolean isCard(String text) {
    var sum = 0;
    var digits = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      var digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        continue;
      }
      var counted = digits % 2 == 0 ? digit : 2 * digit;
      sum += counted > 9 ? counted - 9 : counted;
      digits++;
    }
    return digits >= 13 && digits <= 19 && sum > 0 && sum % 10 == 0;
  }

  /**
   * MOD 97-10, over 15 to 34 characters.
   *
   * @see <a href="https://www.iso.org/standard/81090.html">ISO 13616-1</a>
   */
  static boolean isIban(String text) {
    var plain = text.replace(" ", "");
    if (plain.length() < 15 || plain.length() > 34) {
      return false;
    }
    var turned = plain.substring(4) + plain.substring(0, 4);
    var rest = 0;
    for (int i = 0; i < turned.length(); i++) {
      var value = Character.digit(turned.charAt(i), 36);
      if (value < 0) {
        return false;
      }
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest == 1;
  }
}
