package io.portolan.tenancy.policy.guardrail;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/*
 * RE2 takes time in proportion to the text whatever the text is, which is somebody else's. Most texts
 * hold none of the marks, and are not matched at all.
 */

/** Finds what patterns match. */
final class PatternFilter implements Filter {
  /**
   * Something to look for.
   *
   * @param type its kind
   * @param mark tells cheaply that a text cannot hold it
   * @param pattern matches it
   * @param isOne tells whether a match really is one
   */
  record Sought(String type, Predicate<String> mark, Pattern pattern, Predicate<String> isOne) {
    static Sought of(String type, String mark, String pattern) {
      return new Sought(type, text -> text.contains(mark), Pattern.compile(pattern), _ -> true);
    }

    static Sought digits(String type, int least, String pattern, Predicate<String> isOne) {
      return new Sought(type, text -> hasDigits(text, least), Pattern.compile(pattern), isOne);
    }

    private static boolean hasDigits(String text, int least) {
      var digits = 0;
      for (int i = 0; i < text.length() && digits < least; i++) {
        var c = text.charAt(i);
        digits += c >= '0' && c <= '9' ? 1 : 0;
      }
      return digits >= least;
    }
  }

  private final List<Sought> all;

  PatternFilter(List<Sought> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public List<Finding> find(String text) {
    var found = new ArrayList<Finding>(0);
    for (var sought : all) {
      if (sought.mark().test(text)) {
        var matcher = sought.pattern().matcher(text);
        while (matcher.find()) {
          if (sought.isOne().test(matcher.group())) {
            found.add(new Finding(sought.type(), matcher.start(), matcher.end()));
          }
        }
      }
    }
    return found.size() < 2 ? found : withoutOverlaps(found);
  }

  /** Of two that overlap the one that begins first stays, and of those the longer one. */
  private static List<Finding> withoutOverlaps(List<Finding> found) {
    found.sort(
        Comparator.comparingInt(Finding::from)
            .thenComparing(Comparator.comparingInt(Finding::to).reversed()));
    var kept = new ArrayList<Finding>();
    var end = 0;
    for (var finding : found) {
      if (finding.from() >= end) {
        kept.add(finding);
        end = finding.to();
      } else if (finding.to() > end) {
        // What sticks out belongs to a secret too.
        kept.set(
            kept.size() - 1,
            new Finding(kept.getLast().type(), kept.getLast().from(), finding.to()));
        end = finding.to();
      }
    }
    return kept;
  }
}
