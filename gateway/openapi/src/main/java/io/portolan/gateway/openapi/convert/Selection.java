package io.portolan.gateway.openapi.convert;

import java.util.List;

/**
 * Which operations of a document become tools. Immutable. A word is {@code tag:NAME}, {@code
 * path:/pets/*}, or an operation id or tool name such as {@code list*}; a star stands for anything.
 *
 * @param include only these, where there are any
 * @param exclude none of these
 */
public record Selection(List<String> include, List<String> exclude) {
  /** All of them. */
  public static final Selection ALL = new Selection(List.of(), List.of());

  /** Most words of each kind, and longest one in characters. */
  public static final int WORDS_MAX = 200;

  public Selection {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    for (var words : List.of(include, exclude)) {
      if (words.size() > WORDS_MAX) {
        throw new IllegalArgumentException(words.size() + " words; at most " + WORDS_MAX);
      }
      for (var word : words) {
        if (word.isBlank() || word.length() > WORDS_MAX) {
          throw new IllegalArgumentException(
              "'" + word + "' chooses no operation; expected tag:NAME, path:/pets/* or an id");
        }
      }
    }
  }

  /**
   * What an operation is chosen by.
   *
   * @param id its operationId; the tool's name where it has none
   */
  public record Marks(String id, String toolName, String path, List<String> tags) {}

  /** Whether an operation becomes a tool. */
  public boolean takes(Marks marks) {
    return (include.isEmpty() || include.stream().anyMatch(word -> names(word, marks)))
        && exclude.stream().noneMatch(word -> names(word, marks));
  }

  private static boolean names(String word, Marks marks) {
    if (word.startsWith("tag:")) {
      var pattern = word.substring("tag:".length());
      return marks.tags().stream().anyMatch(tag -> matches(pattern, tag));
    }
    if (word.startsWith("path:")) {
      return matches(word.substring("path:".length()), marks.path());
    }
    return matches(word, marks.id()) || matches(word, marks.toolName());
  }

  private static boolean matches(String word, String text) {
    return word.indexOf('*') < 0 ? word.equals(text) : starMatches(word.split("\\*", -1), text);
  }

  /** Without backtracking: each part is looked for behind the one before. */
  private static boolean starMatches(String[] parts, String text) {
    var last = parts.length - 1;
    if (!text.startsWith(parts[0])) {
      return false;
    }
    var at = parts[0].length();
    for (int i = 1; i < last; i++) {
      var found = text.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    return text.length() - parts[last].length() >= at && text.endsWith(parts[last]);
  }
}
