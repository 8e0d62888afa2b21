package io.portolan.standalone.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects what a reader finds in files: problems, which prevent a start, and notices, which do
 * not. Reading goes on after a problem, so that a user sees all of them at once. For one thread.
 */
public final class Findings {
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();

  /** Notes a mistake. */
  public void problem(Place at, String wrong, String expected) {
    problems.add(new Problem(at, wrong, expected));
  }

  /** Notes what the user should know although nothing is wrong enough to stop. */
  public void notice(Place at, String text) {
    notices.add(at + ": " + text);
  }

  /** The mistakes: the files in the order they were read, the lines of each in their order. */
  public List<Problem> problems() {
    var files = problems.stream().map(problem -> problem.at().file()).distinct().toList();
    return problems.stream()
        .sorted(
            Comparator.comparingInt((Problem problem) -> files.indexOf(problem.at().file()))
                .thenComparingInt(problem -> problem.at().line())
                .thenComparingInt(problem -> problem.at().column()))
        .toList();
  }

  /** The notices, in the order found. */
  public List<String> notices() {
    return List.copyOf(notices);
  }
}
