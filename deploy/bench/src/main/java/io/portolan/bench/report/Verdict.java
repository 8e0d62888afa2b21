package io.portolan.bench.report;

/**
 * One figure beside the target it was built to meet.
 *
 * @param what the figure, with its unit
 * @param figure what was measured; not a number when it was not
 * @param target the limit in words
 * @param mark whether it was met
 */
public record Verdict(String what, double figure, String target, Mark mark) {
  /** How a figure stands to its target. */
  public enum Mark {
    /** The target is met. */
    PASSED,
    /** The target is missed. */
    MISSED,
    /** There is no figure, because one of the sides was absent. */
    NOT_MEASURED
  }

  /** Passed when the figure is at most the limit. */
  public static Verdict atMost(String what, double figure, double limit) {
    return judged(what, figure, "at most " + Table.figure(limit), figure <= limit);
  }

  /** Passed when the figure is at least the limit. */
  public static Verdict atLeast(String what, double figure, double limit) {
    return judged(what, figure, "at least " + Table.figure(limit), figure >= limit);
  }

  private static Verdict judged(String what, double figure, String target, boolean met) {
    if (Double.isNaN(figure)) {
      return new Verdict(what, figure, target, Mark.NOT_MEASURED);
    }
    return new Verdict(what, figure, target, met ? Mark.PASSED : Mark.MISSED);
  }

  /** The mark as a word for people. */
  public String word() {
    return switch (mark) {
      case PASSED -> "pass";
      case MISSED -> "MISSED";
      case NOT_MEASURED -> "not measured";
    };
  }
}
