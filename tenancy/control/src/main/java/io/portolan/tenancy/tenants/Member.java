package io.portolan.tenancy.tenants;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a tenant says of one of its people, whom an access token names. Immutable.
 *
 * @param subject as tokens name them, {@code <issuer's name>/<sub>}: 1 to 255 characters
 * @param roles added to those the token brings, at most 50
 * @param teams likewise
 */
public record Member(String subject, Set<String> roles, Set<String> teams) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:/@-]{1,100}");
  private static final int WORDS_MAX = 50;

  public Member {
    roles = words("roles", roles);
    teams = words("teams", teams);
    if (subject.isBlank() || subject.length() > 255) {
      throw new IllegalArgumentException(
          "subject must have 1 to 255 characters, has " + subject.length());
    }
  }

  static Set<String> words(String what, Set<String> words) {
    if (words.size() > WORDS_MAX) {
      throw new IllegalArgumentException(words.size() + " " + what + ", more than " + WORDS_MAX);
    }
    for (var word : words) {
      if (!WORD.matcher(word).matches()) {
        throw new IllegalArgumentException(
            what + " must be 1 to 100 characters of A-Z, a-z, 0-9 and . _ : / @ -: " + word);
      }
    }
    return Set.copyOf(words);
  }
}
