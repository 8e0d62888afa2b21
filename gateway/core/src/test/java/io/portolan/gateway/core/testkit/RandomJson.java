package io.portolan.gateway.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes JSON of all shapes from a seed. */
public final class RandomJson {
  private static final List<String> SCALARS =
      List.of(
          "true",
          "false",
          "null",
          "0",
          "-1.50e+3",
          "18446744073709551617",
          "0.1000000000000000055",
          "\"\"",
          "\"a\"",
          "\"\\u00e9\\n\"",
          "\"uri\"",
          "\"x + y\"",
          "\"file:///a\"",
          "\"\uD83D\uDE00\"");
  private static final List<String> NAMES =
      List.of(
          "a",
          "uri",
          "taskId",
          "name",
          "type",
          "text",
          "resource",
          "content",
          "_meta",
          "\\u0061x",
          "");

  private final RandomGenerator random;

  /** From this source of chance. */
  public RandomJson(RandomGenerator random) {
    this.random = random;
  }

  /** Any value. */
  public String value(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return SCALARS.get(random.nextInt(SCALARS.size()));
    }
    return random.nextBoolean() ? object(depth - 1) : array(depth - 1);
  }

  /** An object of any members, each name once. */
  public String object(int depth) {
    return object(List.of(), depth);
  }

  /** An object of these members and any others, in any order; each name once. */
  public String object(List<String> members, int depth) {
    var all = new ArrayList<>(members);
    for (var name : NAMES) {
      var taken = members.stream().anyMatch(member -> member.startsWith("\"" + name + "\""));
      if (!taken && random.nextInt(4) == 0) {
        all.add(random.nextInt(all.size() + 1), "\"" + name + "\"" + space() + ":" + value(depth));
      }
    }
    return around('{', all, '}');
  }

  /** An object of unknown members beside these, in any order. */
  public String beside(List<String> members) {
    var all = new ArrayList<>(members);
    for (int i = random.nextInt(4); i > 0; i--) {
      all.add(random.nextInt(all.size() + 1), "\"x" + i + "\":" + value(3));
    }
    return around('{', all, '}');
  }

  private String array(int depth) {
    var items = new ArrayList<String>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(value(depth));
    }
    return around('[', items, ']');
  }

  private String around(char open, List<String> parts, char close) {
    var text = new StringBuilder().append(open).append(space());
    for (int i = 0; i < parts.size(); i++) {
      text.append(i == 0 ? "" : "," + space()).append(parts.get(i)).append(space());
    }
    return text.append(close).toString();
  }

  private String space() {
    return switch (random.nextInt(8)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      default -> "";
    };
  }
}
