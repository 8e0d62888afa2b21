package io.portolan.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * All findings of a run with the circumstances they hold for.
 *
 * @param circumstances name and value pairs: command, machine, versions, date
 * @param findings of each measure, in order
 * @param failures measures that came to nothing because a reply was wrong, one sentence each
 */
public record Report(
    List<Circumstance> circumstances, List<Findings> findings, List<String> failures) {
  /**
   * One thing the figures depend on.
   *
   * @param name for example {@code machine}
   * @param value one line
   */
  public record Circumstance(String name, String value) {}

  /** Copies the lists. */
  public Report {
    circumstances = List.copyOf(circumstances);
    findings = List.copyOf(findings);
    failures = List.copyOf(failures);
  }

  /** The targets and whether they were met, as one table. */
  public Table targets() {
    var rows = new ArrayList<List<String>>();
    for (var finding : findings) {
      for (var verdict : finding.verdicts()) {
        rows.add(
            List.of(
                verdict.what(), Table.figure(verdict.figure()), verdict.target(), verdict.word()));
      }
    }
    return new Table("Targets", List.of("figure", "measured", "target", "mark"), rows);
  }

  /** How many targets carry this mark. */
  public long count(Verdict.Mark mark) {
    return findings.stream()
        .flatMap(finding -> finding.verdicts().stream())
        .filter(verdict -> verdict.mark() == mark)
        .count();
  }

  /** For the terminal: what decides last, where the eye is. */
  public String plain() {
    var text = new StringBuilder();
    for (var finding : findings) {
      finding.tables().forEach(table -> text.append(table.plain()).append('\n'));
      finding.notes().forEach(note -> text.append("  ").append(note).append("\n\n"));
    }
    if (!targets().rows().isEmpty()) {
      text.append(targets().plain()).append('\n');
    }
    failures.forEach(failure -> text.append("FAILED ").append(failure).append('\n'));
    return text.toString();
  }

  /** For {@code docs/benchmarks}. */
  public String markdown(String title) {
    var text = new StringBuilder("# ").append(title).append("\n\n");
    circumstances.forEach(
        c -> text.append("- ").append(c.name()).append(": ").append(c.value()).append('\n'));
    text.append('\n');
    if (!targets().rows().isEmpty()) {
      text.append(targets().markdown().replaceFirst("###", "##")).append('\n');
    }
    failures.forEach(failure -> text.append("**Failed**: ").append(failure).append("\n\n"));
    text.append("## Figures\n\n");
    for (var finding : findings) {
      finding.tables().forEach(table -> text.append(table.markdown()).append('\n'));
      finding.notes().forEach(note -> text.append(note).append("\n\n"));
    }
    return text.toString().stripTrailing() + "\n";
  }
}
