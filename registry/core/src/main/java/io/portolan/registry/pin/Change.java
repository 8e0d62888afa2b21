package io.portolan.registry.pin;

import io.portolan.registry.pin.Differences.Difference;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far a definition has moved from the one that was approved. Immutable.
 *
 * @param grade the worst of what changed
 * @param differences place by place, in words; at most 100
 */
public record Change(Grade grade, List<String> differences) {
  private static final int SHOWN_MAX = 100;

  /** Members that people and models read, and that change nothing of a call. */
  private static final Set<String> TEXTS =
      Set.of("description", "title", "examples", "$comment", "icons", "websiteUrl");

  /** What a change can do at worst. The order counts: later is worse. */
  public enum Grade {
    /** Both mean the same. */
    NONE,
    /** What models read is another text. Calls are the same; what they are made for may not be. */
    TEXT,
    /** There is one more argument, which nobody has to send. */
    OPTIONAL_ARGUMENT,
    /** Calls that were right may be wrong, or do something else. */
    BREAKING
  }

  public Change {
    differences = List.copyOf(differences);
  }

  /**
   * Compares two definitions.
   *
   * @throws IllegalArgumentException when one is no JSON
   */
  public static Change between(String before, String after) {
    var mine = Json.parse(before);
    var theirs = Json.parse(after);
    var found = Differences.of(mine, theirs);
    var grade = Grade.NONE;
    for (var each : found) {
      var one = grade(each, theirs);
      grade = one.compareTo(grade) > 0 ? one : grade;
    }
    return new Change(grade, found.stream().limit(SHOWN_MAX).map(Difference::toString).toList());
  }

  private static Grade grade(Difference difference, Json after) {
    var path = difference.path();
    if (isText(path)) {
      return Grade.TEXT;
    }
    return isArgument(path)
            && difference.before().isEmpty()
            && !required(after).contains(path.getLast())
        ? Grade.OPTIONAL_ARGUMENT
        : Grade.BREAKING;
  }

  /** A property that is called "description" is no text, but an argument. */
  private static boolean isText(List<String> path) {
    if (path.isEmpty()) {
      return true; // instructions, which are one text
    }
    return TEXTS.contains(path.getLast())
        && (path.size() < 2 || !path.get(path.size() - 2).equals("properties"));
  }

  private static boolean isArgument(List<String> path) {
    return path.size() == 3
        && path.get(0).equals("inputSchema")
        && path.get(1).equals("properties");
  }

  private static Set<String> required(Json definition) {
    var names = new TreeSet<String>();
    if (definition instanceof Json.Mapping(var members)
        && members.get("inputSchema") instanceof Json.Mapping(var schema)
        && schema.get("required") instanceof Json.Sequence(var items)) {
      for (var item : items) {
        if (item instanceof Json.Text(var name)) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
