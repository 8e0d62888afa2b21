package io.portolan.standalone.connect;

import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/*
 * Settings are people's own: comments, order and spacing stay as they are. So nothing is written
 * anew; the entry is put into the text behind an opening brace, which is right whatever follows.
 */

/** Puts an entry into settings that are JSON as editors write it, with comments. Stateless. */
final class JsonSettings {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(4 << 20)
                  .maxNestingDepth(64)
                  .build())
          .build();

  private JsonSettings() {}

  /** Where something stands in the text; -1 where it does not. */
  private static final class Found {
    private int root = -1;
    private boolean rootHasMembers;
    private int section = -1;
    private boolean sectionHasMembers;
    private int valueFrom = -1;
    private int valueTo = -1;
  }

  /**
   * The same settings with an entry, which replaces one of the same name.
   *
   * @param section the member of the settings that has the entries
   * @throws IOException when the text is not such JSON; the message says what is wrong with it
   */
  static String with(String text, String section, String name, String entry) throws IOException {
    if (text.isBlank()) {
      return "{\n  \"%s\": {\n    \"%s\": %s\n  }\n}\n".formatted(section, name, entry);
    }
    var found = find(text, section, name);
    if (found.valueFrom >= 0) {
      return text.substring(0, found.valueFrom) + entry + text.substring(found.valueTo);
    }
    var member = "\n    \"%s\": %s".formatted(name, entry);
    if (found.section >= 0) {
      return inserted(text, found.section, member + (found.sectionHasMembers ? "," : "\n  "));
    }
    var whole = "\n  \"%s\": {%s\n  }".formatted(section, member);
    return inserted(text, found.root, whole + (found.rootHasMembers ? "," : "\n"));
  }

  private static String inserted(String text, int behind, String addition) {
    return text.substring(0, behind + 1) + addition + text.substring(behind + 1);
  }

  private static Found find(String text, String section, String name) throws IOException {
    var found = new Found();
    try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      found.root = at(parser);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        found.rootHasMembers = true;
        var isSection = section.equals(parser.currentName());
        var value = parser.nextToken();
        if (isSection) {
          if (value != JsonToken.START_OBJECT) {
            throw new IOException("its member '" + section + "' is not an object");
          }
          found.section = at(parser);
          entries(parser, name, found);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new IOException("there is something behind its end");
      }
      return found;
    } catch (JacksonException e) {
      var where = e.getLocation();
      throw new IOException(
          "it is not valid JSON"
              + (where == null ? "" : " in line " + where.getLineNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static void entries(JsonParser parser, String name, Found found) {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      found.sectionHasMembers = true;
      var isEntry = name.equals(parser.currentName());
      parser.nextToken();
      var from = at(parser);
      parser.skipChildren();
      parser.finishToken();
      if (isEntry) {
        found.valueFrom = from;
        found.valueTo = (int) parser.currentLocation().getCharOffset();
      }
    }
  }

  private static int at(JsonParser parser) {
    return (int) parser.currentTokenLocation().getCharOffset();
  }
}
