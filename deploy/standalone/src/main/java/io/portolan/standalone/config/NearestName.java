package io.portolan.standalone.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name a mistyped one was probably meant to be. */
final class NearestName {
  private NearestName() {}

  /** The closest of the names, when it is close enough to be a likely slip. */
  static Optional<String> of(String written, Collection<String> names) {
    var plain = plain(written);
    return names.stream()
        .min(
            Comparator.comparingInt((String name) -> distance(plain, plain(name)))
                .thenComparing(name -> name))
        .filter(name -> distance(plain, plain(name)) <= Math.max(2, name.length() / 2));
  }

  /** camelCase and snake_case count as the same word as kebab-case. */
  private static String plain(String name) {
    return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  /** The number of letters to insert, remove or change (Levenshtein), in one row of memory. */
  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    for (var j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (var i = 1; i <= a.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
