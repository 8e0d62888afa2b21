package io.portolan.tenancy.policy.guardrail;

import java.util.List;

/**
 * Finds what should not be in a text. Immutable and thread-safe; takes time in proportion to the
 * text's length.
 */
public sealed interface Filter permits PatternFilter, InjectionMarkers, TextSize {
  /**
   * Something that was found.
   *
   * @param type its kind, such as {@code secret:jwt}
   * @param from index of its first character
   * @param to index after its last one
   */
  record Finding(String type, int from, int to) {}

  /** What there is, from left to right and without overlaps. */
  List<Finding> find(String text);

  /** Keys, tokens and card numbers. */
  static Filter secrets() {
    return Secrets.FILTER;
  }

  /** Addresses and numbers of people. */
  static Filter personalData() {
    return PersonalData.FILTER;
  }

  /** Texts that speak to a model rather than to its user. */
  static Filter injectionMarkers() {
    return InjectionMarkers.FILTER;
  }

  /** What may stand for texts that were taken out. */
  static Filter placeholders() {
    return StandIns.FILTER;
  }

  /** Texts of more than so many characters. */
  static Filter longerThan(int charsMax) {
    return new TextSize(charsMax);
  }
}
