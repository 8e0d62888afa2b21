package io.portolan.standalone.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonDocumentTest {
  @TempDir Path folder;

  private final Findings findings = new Findings();

  @Test
  void everyValueKnowsItsPlace() {
    var root = JsonDocument.parse(Path.of("f"), "{\n  \"a\": [1.50,\n    true, null]\n}", findings);
    assertThat(root)
        .hasValueSatisfying(
            value -> {
              var array = ((Value.Mapping) value).members().getFirst();
              assertThat(array.at()).hasToString("f:2:3");
              assertThat(((Value.Sequence) array.value()).items())
                  .satisfiesExactly(
                      number -> {
                        assertThat(number).isInstanceOf(Value.Numeral.class);
                        assertThat(((Value.Numeral) number).literal()).isEqualTo("1.50");
                      },
                      flag -> assertThat(flag.at()).hasToString("f:3:5"),
                      nothing -> assertThat(nothing.at()).hasToString("f:3:11"));
            });
  }

  @Test
  void columnsCountCharactersNotBytes() {
    JsonDocument.parse(Path.of("f"), "{\"äöü\": x}", findings);
    assertThat(findings.problems()).singleElement().extracting(p -> p.at().column()).isEqualTo(9);
  }

  @Test
  void aByteOrderMarkIsSkipped() throws IOException {
    var file = Files.writeString(folder.resolve("f"), "\uFEFF{}");
    assertThat(JsonDocument.read(file, findings)).isPresent();
  }

  @Test
  void whatIsNotUtf8IsSaidWithItsLine() throws IOException {
    var file = folder.resolve("f");
    Files.write(file, "{\n\"a\": \"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(JsonDocument.read(file, findings)).isEmpty();
    assertThat(findings.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.at().line()).isEqualTo(2);
              assertThat(problem.wrong()).contains("UTF-8");
            });
  }

  @Test
  void aFileOverFourMebibytesIsRefused() throws IOException {
    var file = Files.writeString(folder.resolve("f"), " ".repeat(SourceText.BYTES_MAX + 1));
    assertThat(JsonDocument.read(file, findings)).isEmpty();
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("4 MiB");
  }

  @Test
  void aDirectoryIsNamedAsOne() {
    assertThat(JsonDocument.read(folder, findings)).isEmpty();
    assertThat(findings.problems())
        .singleElement()
        .extracting(Problem::wrong)
        .asString()
        .contains("directory");
  }
}
