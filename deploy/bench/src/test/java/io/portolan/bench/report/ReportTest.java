package io.portolan.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.bench.report.Report.Circumstance;
import io.portolan.bench.report.Verdict.Mark;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Report REPORT =
      new Report(
          List.of(new Circumstance("machine", "2 cores")),
          List.of(
              new Findings(
                  List.of(
                      new Table(
                          "Calls",
                          List.of("", "direct", "nginx"),
                          List.of(List.of("p50 us", "50.0", "100")))),
                  List.of(
                      Verdict.atMost("CPU over nginx", 1.5, 2),
                      Verdict.atLeast("requests/s over nginx", 0.5, 0.6),
                      Verdict.atMost("KiB per session", Double.NaN, 20)),
                  List.of("A note."))),
          List.of("churn: a wrong reply"));

  @Test
  void theTerminalShowsAlignedTablesAndWhatWasMissed() {
    assertThat(REPORT.plain())
        .isEqualTo(
            """
            Calls
                      direct  nginx
              p50 us    50.0    100

              A note.

            Targets
              figure                 measured         target          mark
              CPU over nginx             1.50   at most 2.00          pass
              requests/s over nginx      0.50  at least 0.60        MISSED
              KiB per session               -   at most 20.0  not measured

            FAILED churn: a wrong reply
            """);
  }

  @Test
  void theRecordHoldsCircumstancesTargetsAndFigures() {
    assertThat(REPORT.markdown("Gateway"))
        .startsWith("# Gateway\n\n- machine: 2 cores\n\n## Targets\n")
        .contains("| requests/s over nginx | 0.50 | at least 0.60 | MISSED |")
        .contains("**Failed**: churn: a wrong reply")
        .contains(
            "### Calls\n\n|  | direct | nginx |\n| --- | ---: | ---: |\n| p50 us | 50.0 | 100 |")
        .endsWith("A note.\n");
  }

  @Test
  void aFigureAtItsLimitPasses() {
    assertThat(Verdict.atMost("", 2, 2).mark()).isEqualTo(Mark.PASSED);
    assertThat(Verdict.atMost("", 2.01, 2).mark()).isEqualTo(Mark.MISSED);
    assertThat(Verdict.atLeast("", 0.6, 0.6).mark()).isEqualTo(Mark.PASSED);
    assertThat(REPORT.count(Mark.NOT_MEASURED)).isEqualTo(1);
  }

  @Test
  void figuresHaveAsManyDigitsAsSaySomething() {
    assertThat(List.of(0.123, 12.34, 123.4, 12345.6).stream().map(Table::figure))
        .containsExactly("0.12", "12.3", "123", "12,346");
  }

  @Test
  void aRowThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new Table("t", List.of("a"), List.of(List.of("1", "2"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
