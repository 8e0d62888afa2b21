package io.portolan.tenancy.policy.guardrail;

import java.util.List;

/**
 * Finds what a text has beyond a length.
 *
 * @param charsMax as many characters pass
 */
record TextSize(int charsMax) implements Filter {
  TextSize {
    if (charsMax < 0) {
      throw new IllegalArgumentException("charsMax must not be negative: " + charsMax);
    }
  }

  @Override
  public List<Finding> find(String text) {
    return text.length() <= charsMax
        ? List.of()
        : List.of(new Finding("size:too-long", charsMax, text.length()));
  }
}
