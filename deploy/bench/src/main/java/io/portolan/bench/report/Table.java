package io.portolan.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of texts.
 *
 * @param title what it shows, one line
 * @param columns headings; the first is that of the row names
 * @param rows each as long as the headings
 */
public record Table(String title, List<String> columns, List<List<String>> rows) {
  /** Copies, and checks that every row fits the headings. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (var row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(row.size() + " cells for " + columns + ": " + row);
      }
    }
  }

  /** A figure with as many digits as say something; not a number is a dash. */
  public static String figure(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return "-";
    }
    var size = Math.abs(value);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }

  /** Aligned with spaces, for a terminal. */
  public String plain() {
    var widths = new int[columns.size()];
    for (var row : withHeadings()) {
      for (var i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder(title).append('\n');
    for (var row : withHeadings()) {
      for (var i = 0; i < widths.length; i++) {
        var pad = " ".repeat(widths[i] - row.get(i).length());
        text.append("  ").append(i == 0 ? row.get(i) + pad : pad + row.get(i));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** As a Markdown table under its title. */
  public String markdown() {
    var text = new StringBuilder("### ").append(title).append("\n\n");
    text.append(line(columns)).append("|");
    for (var i = 0; i < columns.size(); i++) {
      text.append(i == 0 ? " --- |" : " ---: |");
    }
    text.append('\n');
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private List<List<String>> withHeadings() {
    var all = new ArrayList<List<String>>();
    all.add(columns);
    all.addAll(rows);
    return all;
  }
}
