package io.portolan.registry.stored;

import io.portolan.registry.OpenApiTerms;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an OpenAPI document is converted, in one column: lines of {@code base-url}, {@code include},
 * {@code exclude}, each with a word in a line, and {@code credential:SCHEME}. Stateless.
 */
final class ConversionLines {
  private static final String CREDENTIAL = "credential:";

  private ConversionLines() {}

  static String of(OpenApiTerms terms) {
    var pairs = new LinkedHashMap<String, String>();
    var baseUrl = terms.baseUrl();
    if (baseUrl != null) {
      pairs.put("base-url", baseUrl.toString());
    }
    pairs.put("include", String.join("\n", terms.include()));
    pairs.put("exclude", String.join("\n", terms.exclude()));
    terms.credentials().forEach((scheme, value) -> pairs.put(CREDENTIAL + scheme, value));
    return Lines.of(pairs);
  }

  static OpenApiTerms read(String lines) {
    var pairs = Lines.read(lines);
    var baseUrl = pairs.get("base-url");
    var credentials = new LinkedHashMap<String, String>();
    pairs.forEach(
        (name, value) -> {
          if (name.startsWith(CREDENTIAL)) {
            credentials.put(name.substring(CREDENTIAL.length()), value);
          }
        });
    return new OpenApiTerms(
        null,
        baseUrl == null ? null : URI.create(baseUrl),
        words(pairs, "include"),
        words(pairs, "exclude"),
        credentials);
  }

  private static List<String> words(Map<String, String> pairs, String name) {
    var text = pairs.getOrDefault(name, "");
    return text.isEmpty() ? List.of() : List.of(text.split("\n"));
  }
}
