package io.portolan.tenancy.policy;

/**
 * A name, in which each {@code *} stands for any text, also for none. Case counts. Matching takes
 * time in proportion to the text's length times the pattern's, at worst.
 *
 * @param pattern 1 to 1,024 characters
 */
public record Glob(String pattern) {
  /** The longest pattern in characters. */
  public static final int LENGTH_MAX = 1_024;

  public Glob {
    if (pattern.isEmpty() || pattern.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a pattern has 1 to " + LENGTH_MAX + " characters, not " + pattern.length());
    }
  }

  /** Whether it names one text only. */
  public boolean isExact() {
    return pattern.indexOf('*') < 0;
  }

  /** Whether it stands for a text. */
  public boolean matches(String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int retry = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
