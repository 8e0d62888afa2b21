package io.portolan.inference.core.minilm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The pieces of words that a model knows, by their number. Immutable. */
final class Vocabulary {
  private static final int BYTES_MAX = 16 << 20;
  private static final int PIECES_MAX = 1 << 20;

  private final Map<String, Integer> pieces;
  private final int longest;

  private Vocabulary(Map<String, Integer> pieces) {
    this.pieces = pieces;
    this.longest = pieces.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  /**
   * Reads the member {@code vocab} of a {@code tokenizer.json}.
   *
   * @throws IOException if it cannot be read, or is not such a file
   */
  static Vocabulary read(InputStream json) throws IOException {
    var bytes = json.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw new IOException("the vocabulary is larger than " + BYTES_MAX + " bytes");
    }
    var text = new String(bytes, StandardCharsets.UTF_8);
    int at = text.indexOf("\"vocab\"");
    int open = at < 0 ? -1 : text.indexOf('{', at);
    if (open < 0) {
      throw new IOException("no member \"vocab\" in the vocabulary");
    }
    return new Vocabulary(new Entries(text, open + 1).read());
  }

  /** The number of a piece, or -1. */
  int number(String piece) {
    return pieces.getOrDefault(piece, -1);
  }

  int size() {
    return pieces.size();
  }

  /** Length of the longest piece in chars. */
  int longest() {
    return longest;
  }

  /** {@code "piece": number} until the closing brace. */
  private static final class Entries {
    private final String text;
    private int at;

    Entries(String text, int at) {
      this.text = text;
      this.at = at;
    }

    Map<String, Integer> read() throws IOException {
      var found = new HashMap<String, Integer>(1 << 16);
      while (found.size() < PIECES_MAX) {
        skip();
        if (peek() == '}') {
          return found;
        }
        var piece = string();
        skip();
        expect(':');
        skip();
        found.put(piece, number());
        skip();
        if (peek() == ',') {
          at++;
        }
      }
      throw new IOException("more than " + PIECES_MAX + " pieces in the vocabulary");
    }

    private void skip() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private char peek() throws IOException {
      if (at >= text.length()) {
        throw new IOException("the vocabulary ends too early");
      }
      return text.charAt(at);
    }

    private void expect(char wanted) throws IOException {
      if (peek() != wanted) {
        throw new IOException("no '" + wanted + "' at " + at + " of the vocabulary");
      }
      at++;
    }

    private String string() throws IOException {
      expect('"');
      var piece = new StringBuilder();
      while (peek() != '"') {
        char c = text.charAt(at++);
        piece.append(c == '\\' ? escaped() : c);
      }
      at++;
      return piece.toString();
    }

    private char escaped() throws IOException {
      char c = peek();
      at++;
      if (c != 'u') {
        int kind = "bfnrt".indexOf(c);
        return kind < 0 ? c : "\b\f\n\r\t".charAt(kind);
      }
      if (at + 4 > text.length()) {
        throw new IOException("the vocabulary ends too early");
      }
      at += 4;
      return (char) Integer.parseInt(text, at - 4, at, 16);
    }

    private int number() throws IOException {
      int from = at;
      while (Character.isDigit(peek())) {
        at++;
      }
      if (from == at || at - from > 9) {
        throw new IOException("no number at " + from + " of the vocabulary");
      }
      return Integer.parseInt(text, from, at, 10);
    }
  }
}
