package io.portolan.standalone.search;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.protocol.JsonView;
import org.jspecify.annotations.Nullable;

/**
 * What of a tool is searched.
 *
 * @param words all of it, for whoever looks for words: names count twice
 * @param meaning what says what it does, short enough for a model
 */
record ToolText(String words, String meaning) {
  private static final int WORDS_MAX = 8_000;
  private static final int MEANING_MAX = 1_200;
  private static final int PARAMETERS_MAX = 40;

  static ToolText of(Item tool) {
    var definition = JsonView.of(tool.json());
    var name = words(tool.key());
    var title = text(definition.string("title"));
    var description = text(definition.string("description"));
    var words = new StringBuilder();
    words.append(name).append(". ").append(name).append(". ");
    words.append(title).append(". ").append(description).append(". ");
    parameters(definition, words);
    var meaning = name + ". " + title + (title.isEmpty() ? "" : ". ") + description;
    return new ToolText(cut(words.toString(), WORDS_MAX), cut(meaning, MEANING_MAX));
  }

  private static void parameters(JsonView definition, StringBuilder words) {
    var schema = definition.view("inputSchema");
    var properties = schema == null ? null : schema.view("properties");
    if (properties == null) {
      return;
    }
    for (int i = 0; i < Math.min(properties.size(), PARAMETERS_MAX); i++) {
      words.append(words(properties.name(i))).append(' ');
      if (properties.value(i).isObject()) {
        var said = JsonView.of(properties.value(i)).string("description");
        words.append(text(said)).append(". ");
      }
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** {@code github__createIssue_v2} is four words and not one. */
  static String words(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
        .replaceAll("[^\\p{L}\\p{N}]+", " ")
        .strip();
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
