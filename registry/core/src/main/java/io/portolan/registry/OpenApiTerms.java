package io.portolan.registry;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the operations of an OpenAPI document become tools. Immutable.
 *
 * @param file the document, of an operator; null where it is fetched
 * @param baseUrl where calls go, whatever the document says; null for what it says
 * @param include only these operations, where there are any: {@code tag:NAME}, {@code
 *     path:/pets/*}, or an operation id; a star stands for anything
 * @param exclude none of these
 * @param credentials an API key, a token, or {@code user:password} for security schemes of the
 *     document, by their names; values may be secrets and never reach a log
 */
public record OpenApiTerms(
    @Nullable Path file,
    @Nullable URI baseUrl,
    List<String> include,
    List<String> exclude,
    Map<String, String> credentials) {
  /** Most words of a choice, most credentials, and longest word in characters. */
  public static final int WORDS_MAX = 200;

  /** All operations, where the document says, without credentials. */
  public static final OpenApiTerms DEFAULT =
      new OpenApiTerms(null, null, List.of(), List.of(), Map.of());

  public OpenApiTerms {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    credentials = Map.copyOf(credentials);
    requireWords("include", include);
    requireWords("exclude", exclude);
    requireWords("credentials", List.copyOf(credentials.keySet()));
    if (baseUrl != null && !isBase(baseUrl)) {
      throw new IllegalArgumentException(
          "the base URL is no http or https URL of a host, without a user, query and fragment;"
              + " expected one such as https://api.example.com/v1");
    }
    if (file != null && baseUrl == null) {
      throw new IllegalArgumentException(
          "the document is a file and there is no base URL; expected the URL that calls go to");
    }
  }

  private static boolean isBase(URI url) {
    return Set.of("http", "https").contains(String.valueOf(url.getScheme()))
        && url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getRawQuery() == null
        && url.getRawFragment() == null;
  }

  private static void requireWords(String what, List<String> words) {
    if (words.size() > WORDS_MAX) {
      throw new IllegalArgumentException(
          what + " has " + words.size() + " words; expected at most " + WORDS_MAX);
    }
    for (var word : words) {
      if (word.isBlank()
          || word.length() > WORDS_MAX
          || word.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "a word of "
                + what
                + " has "
                + word.length()
                + " characters; expected 1 to "
                + WORDS_MAX
                + " in one line");
      }
    }
  }

  /** The same with other credentials. */
  OpenApiTerms with(Map<String, String> others) {
    return new OpenApiTerms(file, baseUrl, include, exclude, others);
  }

  /** Without the values of credentials. */
  @Override
  public String toString() {
    return "OpenApiTerms[" + baseUrl + " " + include + " -" + exclude + credentials.keySet() + "]";
  }
}
