package io.portolan.bench.report;

import java.util.List;

/**
 * What one measure came to.
 *
 * @param tables its figures
 * @param verdicts those figures that have a target
 * @param notes what a reader must know, one sentence each
 */
public record Findings(List<Table> tables, List<Verdict> verdicts, List<String> notes) {
  /** Copies the lists. */
  public Findings {
    tables = List.copyOf(tables);
    verdicts = List.copyOf(verdicts);
    notes = List.copyOf(notes);
  }

  /** One table and nothing to judge. */
  public static Findings of(Table table) {
    return new Findings(List.of(table), List.of(), List.of());
  }

  /** Nothing but the reason why there is nothing. */
  public static Findings skipped(String reason) {
    return new Findings(List.of(), List.of(), List.of(reason));
  }
}
