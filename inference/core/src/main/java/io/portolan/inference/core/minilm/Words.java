package io.portolan.inference.core.minilm;

import java.text.Normalizer;

/*
 * What BERT's uncased models expect: control characters out, ideographs and punctuation words of
 * their own, accents and capitals away. The rules are those of the published tokenizers.
 */

/** Divides a text into the words of an uncased model, one after the other. */
final class Words {
  /** Takes words until it has enough. */
  interface Taker {
    /** Takes one; false if it wants no more. */
    boolean takes(String word);
  }

  private Words() {}

  /** Hands out each word until there are no more or no more is wanted. */
  static void each(String text, Taker next) {
    var word = new StringBuilder();
    var plain = Normalizer.normalize(cleaned(text), Normalizer.Form.NFD);
    int at = 0;
    while (at < plain.length()) {
      int c = plain.codePointAt(at);
      at += Character.charCount(c);
      if (Character.getType(c) == Character.NON_SPACING_MARK) {
        continue;
      }
      int lower = Character.toLowerCase(c);
      boolean alone = isPunctuation(lower) || isIdeograph(lower);
      if (alone || isSpace(lower)) {
        if (!word.isEmpty() && !next.takes(taken(word))) {
          return;
        }
        if (alone && !next.takes(Character.toString(lower))) {
          return;
        }
      } else {
        word.appendCodePoint(lower);
      }
    }
    if (!word.isEmpty()) {
      next.takes(taken(word));
    }
  }

  private static String taken(StringBuilder word) {
    var whole = word.toString();
    word.setLength(0);
    return whole;
  }

  /** Ideographs are set apart before anything is decomposed: what composed ones decompose to. */
  private static String cleaned(String text) {
    var clean = new StringBuilder(text.length() + 16);
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (isSpace(c)) {
        clean.append(' ');
      } else if (c != 0 && c != 0xFFFD && !isControl(c)) {
        if (isIdeograph(c)) {
          clean.append(' ').appendCodePoint(c).append(' ');
        } else {
          clean.appendCodePoint(c);
        }
      }
    }
    return clean.toString();
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /** Other controls that divide lines are no spaces here: they vanish. */
  private static boolean isSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
  }

  private static boolean isPunctuation(int c) {
    if ((c >= 33 && c <= 47)
        || (c >= 58 && c <= 64)
        || (c >= 91 && c <= 96)
        || (c >= 123 && c <= 126)) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static boolean isIdeograph(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B920 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
