package io.portolan.registry.pin;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What is not the same in two definitions, place by place. Stateless. */
final class Differences {
  private static final int SHOWN_MAX = 200;

  private Differences() {}

  /**
   * One place.
   *
   * @param path names of members and indexes, such as {@code inputSchema.properties.city.type}
   * @param before empty where it was not there; else JSON, cut where it is long
   * @param after likewise
   */
  record Difference(List<String> path, String before, String after) {
    Difference {
      path = List.copyOf(path);
    }

    /** As people read it. */
    @Override
    public String toString() {
      var place = String.join(".", path);
      if (before.isEmpty()) {
        return "+ " + place + ": " + after;
      }
      return after.isEmpty()
          ? "- " + place + ": " + before
          : "~ " + place + ": " + before + " -> " + after;
    }
  }

  /** The differences, in the order of their places. */
  static List<Difference> of(Json before, Json after) {
    var found = new ArrayList<Difference>();
    compare(List.of(), before, after, found);
    return found;
  }

  private static void compare(List<String> path, Json before, Json after, List<Difference> found) {
    if (before instanceof Json.Mapping(var mine) && after instanceof Json.Mapping(var theirs)) {
      var names = new TreeSet<>(mine.keySet());
      names.addAll(theirs.keySet());
      for (var name : names) {
        var inner = new ArrayList<>(path);
        inner.add(name);
        var one = mine.get(name);
        var other = theirs.get(name);
        if (one != null && other != null) {
          compare(inner, one, other, found);
        } else {
          found.add(
              new Difference(
                  inner, one == null ? "" : shown(one), other == null ? "" : shown(other)));
        }
      }
    } else if (!CanonicalJson.of(before).equals(CanonicalJson.of(after))) {
      found.add(new Difference(path, shown(before), shown(after)));
    }
  }

  /** What is hidden in a text is made visible, because people decide by it. */
  private static String shown(Json value) {
    var json = CanonicalJson.of(value);
    var out = new StringBuilder();
    json.codePoints()
        .limit(SHOWN_MAX)
        .forEach(
            c -> {
              if (Hidden.isHidden(c)) {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
              } else {
                out.appendCodePoint(c);
              }
            });
    return json.codePointCount(0, json.length()) > SHOWN_MAX ? out + "..." : out.toString();
  }
}
