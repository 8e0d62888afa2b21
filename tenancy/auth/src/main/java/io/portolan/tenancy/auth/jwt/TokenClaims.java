package io.portolan.tenancy.auth.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import io.portolan.tenancy.auth.jwt.TokenCheck.RefusedException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a token's claims by the names of {@link ClaimNames}. */
record TokenClaims(JWTClaimsSet set) {
  private static final int WORDS_MAX = 200;
  private static final int WORD_CHARS_MAX = 200;
  private static final int DEPTH_MAX = 4;

  /** A claim that is a text; null when there is none, or it is something else. */
  @Nullable String text(String name) {
    return find(name) instanceof String text ? text : null;
  }

  /** A claim that is a list of words, or a text with spaces between them. */
  Set<String> words(String name) throws RefusedException {
    Collection<?> items =
        switch (find(name)) {
          case String text -> List.of(text.strip().split(" +"));
          case Collection<?> list -> list;
          case null, default -> List.of();
        };
    var words = new LinkedHashSet<String>();
    for (var item : items) {
      if (!(item instanceof String word) || word.length() > WORD_CHARS_MAX) {
        throw new RefusedException("The token's " + name + " is no list of short words");
      }
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    if (words.size() > WORDS_MAX) {
      throw new RefusedException("The token's " + name + " has more than " + WORDS_MAX + " words");
    }
    return words;
  }

  private @Nullable Object find(String name) {
    var whole = set.getClaim(name);
    if (whole != null || name.indexOf('.') < 0) {
      return whole;
    }
    Object at = set.getClaims();
    for (var part : name.split("\\.", DEPTH_MAX)) {
      at = at instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return at;
  }
}
