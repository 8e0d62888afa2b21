package io.portolan.tenancy.policy.guardrail;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds marks of texts that speak to a model instead of its user: characters that nobody sees, and
 * phrases that give orders. A hint, no proof: a good attack has neither.
 */
final class InjectionMarkers implements Filter {
  static final Filter FILTER = new InjectionMarkers();

  private static final Pattern PHRASES =
      Pattern.compile(
          "(?i)<\\s*/?\\s*(?:important|system|instructions?|secret)\\s*>"
              + "|\\b(?:ignore|disregard|forget)\\s+(?:all\\s+|any\\s+|the\\s+|your\\s+)*"
              + "(?:previous|prior|above|earlier)\\s+(?:instructions?|prompts?|messages?)"
              + "|\\bdo\\s+not\\s+(?:tell|inform|mention\\s+(?:this|it)\\s+to)\\s+the\\s+user\\b");

  private InjectionMarkers() {}

  @Override
  public List<Finding> find(String text) {
    var found = new ArrayList<Finding>(0);
    hidden(text, found);
    if (!found.isEmpty()) {
      return found;
    }
    var matcher = PHRASES.matcher(text);
    while (matcher.find()) {
      found.add(new Finding("injection:phrase", matcher.start(), matcher.end()));
    }
    return found;
  }

  private static void hidden(String text, List<Finding> found) {
    for (int i = 0; i < text.length(); ) {
      var end = i;
      while (end < text.length() && isHidden(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (end > i) {
        found.add(new Finding("injection:hidden-text", i, end));
        i = end;
      } else {
        i += Character.charCount(text.codePointAt(i));
      }
    }
  }

  /** Tags, characters that turn the direction, and all but one of zero width: emoji need that. */
  private static boolean isHidden(int c) {
    return (c >= 0xE0000 && c <= 0xE007F)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200B
        || c == 0x2060
        || c == 0xFEFF;
  }
}
