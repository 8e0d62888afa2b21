package io.portolan.inference.core.minilm;

import java.util.Arrays;

/**
 * Numbers of the longest known pieces of each word, between the marks of start and end. Words like
 * {@code [MASK]} in a text are words: a text cannot name a mark. Immutable.
 */
final class WordPiece {
  /** A longer word is unknown as a whole. */
  private static final int WORD_MAX = 100;

  /** More than any so many tokens are made of; what is behind is not looked at. */
  private static final int CHARS_MAX = 16_384;

  private final Vocabulary vocabulary;
  private final int tokensMax;
  private final int unknown;
  private final int start;
  private final int end;

  WordPiece(Vocabulary vocabulary, int tokensMax) {
    this.vocabulary = vocabulary;
    this.tokensMax = tokensMax;
    this.unknown = vocabulary.number("[UNK]");
    this.start = vocabulary.number("[CLS]");
    this.end = vocabulary.number("[SEP]");
    if (unknown < 0 || start < 0 || end < 0) {
      throw new IllegalArgumentException("the vocabulary lacks [UNK], [CLS] or [SEP]");
    }
  }

  /** At least the two marks, at most the limit; the end of a long text is left out. */
  int[] tokens(String text) {
    var tokens = new Tokens();
    tokens.add(start);
    Words.each(
        text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) : text,
        word -> {
          add(word, tokens);
          return tokens.count < tokensMax - 1;
        });
    tokens.count = Math.min(tokens.count, tokensMax - 1);
    tokens.add(end);
    return Arrays.copyOf(tokens.values, tokens.count);
  }

  private void add(String word, Tokens tokens) {
    int before = tokens.count;
    if (word.codePointCount(0, word.length()) > WORD_MAX) {
      tokens.add(unknown);
      return;
    }
    int from = 0;
    while (from < word.length()) {
      int to = Math.min(word.length(), from + vocabulary.longest());
      int number = -1;
      while (to > from) {
        var piece = word.substring(from, to);
        number = vocabulary.number(from == 0 ? piece : "##" + piece);
        if (number >= 0) {
          break;
        }
        to = word.offsetByCodePoints(to, -1);
      }
      if (number < 0) {
        tokens.count = before;
        tokens.add(unknown);
        return;
      }
      tokens.add(number);
      from = to;
    }
  }

  private static final class Tokens {
    private int[] values = new int[64];
    private int count;

    void add(int token) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = token;
    }
  }
}
