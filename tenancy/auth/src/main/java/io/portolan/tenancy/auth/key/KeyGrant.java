package io.portolan.tenancy.auth.key;

import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an API key is good for. Immutable.
 *
 * @param name what people call it, 1 to 100 characters
 * @param subject whose requests it makes, 1 to 200 characters; null for its own
 * @param agent the agent that uses it, or null
 * @param roles names of roles in the tenant, at most 50
 * @param teams names of teams in the tenant, at most 50
 * @param scopes what it is limited to; empty for no limit
 * @param expiresAt when it ends; null for never
 */
public record KeyGrant(
    String name,
    @Nullable String subject,
    @Nullable String agent,
    Set<String> roles,
    Set<String> teams,
    Set<String> scopes,
    @Nullable Instant expiresAt) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:/@-]{1,100}");
  private static final int WORDS_MAX = 50;

  public KeyGrant {
    roles = words("roles", roles);
    teams = words("teams", teams);
    scopes = words("scopes", scopes);
    length("name", name, 100);
    if (subject != null) {
      length("subject", subject, 200);
    }
    if (agent != null) {
      length("agent", agent, 200);
    }
  }

  /** A key of that name for ordinary callers, that does not end. */
  public static KeyGrant named(String name) {
    return new KeyGrant(name, null, null, Set.of("caller"), Set.of(), Set.of(), null);
  }

  private static void length(String what, String text, int max) {
    if (text.isBlank() || text.length() > max) {
      throw new IllegalArgumentException(
          what + " must have 1 to " + max + " characters, has " + text.length());
    }
  }

  private static Set<String> words(String what, Set<String> words) {
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
