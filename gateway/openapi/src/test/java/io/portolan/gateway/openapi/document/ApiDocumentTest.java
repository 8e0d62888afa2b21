package io.portolan.gateway.openapi.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.openapi.Converting;
import io.portolan.gateway.openapi.convert.Converter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiDocumentTest {
  private static final String MAIN =
      """
      openapi: 3.0.3
      info: {title: T, version: '1'}
      paths:
        /a: {$ref: 'paths/a.yaml'}
      """;

  private final List<URI> asked = new ArrayList<>();

  private ApiDocument read(String main, Map<String, String> others) throws Exception {
    return read(main, others, DocumentLimits.DEFAULT);
  }

  private ApiDocument read(String main, Map<String, String> others, DocumentLimits limits)
      throws Exception {
    return ApiDocument.of(
        main.getBytes(StandardCharsets.UTF_8),
        Converting.AT,
        uri -> {
          asked.add(uri);
          var text = others.get(uri.toString());
          if (text == null) {
            throw new DocumentRefusedException("no document at " + uri);
          }
          return text.getBytes(StandardCharsets.UTF_8);
        },
        limits);
  }

  @Test
  void documentsOfTheSameOriginAreReadOnceAndReferToEachOther() throws Exception {
    var document =
        read(
            MAIN,
            Map.of(
                "https://api.example.com/v1/paths/a.yaml",
                """
                post:
                  operationId: a
                  requestBody:
                    content: {application/json: {schema: {$ref: '../schemas.json#/Pet'}}}
                  responses: {}
                """,
                "https://api.example.com/v1/schemas.json",
                """
                {"Pet": {"type": "object", "properties": {"next": {"$ref": "#/Pet"},
                 "main": {"$ref": "openapi.yaml#/info"}}}}
                """));
    var tool =
        new Converter(document, Converter.Rules.NONE, DocumentLimits.DEFAULT)
            .convert()
            .tools()
            .getFirst();
    assertThat(tool.input().path("properties").path("body"))
        .hasToString("{\"$ref\":\"#/$defs/Pet\"}");
    assertThat(tool.input().path("$defs").path("Pet").path("properties").path("next"))
        .hasToString("{\"$ref\":\"#/$defs/Pet\"}");
    assertThat(asked).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void anotherOriginIsNotAsked() throws Exception {
    for (var other :
        List.of(
            "http://api.example.com/v1/a.yaml",
            "https://api.example.com:8443/a.yaml",
            "https://other.example/a.yaml",
            "file:///etc/passwd",
            "http://169.254.169.254/latest")) {
      var document = read(MAIN.replace("paths/a.yaml", other), Map.of());
      assertThatThrownBy(
              () -> new Converter(document, Converter.Rules.NONE, DocumentLimits.DEFAULT).convert())
          .isInstanceOf(DocumentRefusedException.class)
          .hasMessageContaining("points to nothing");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void asManyDocumentsAndBytesAsTheLimitsAndNotOneMore() throws Exception {
    var main =
        """
        openapi: 3.1.0
        info: {title: T, version: '1'}
        components: {schemas: {A: {$ref: 'a.json#/x'}, B: {$ref: 'b.json#/x'}}}
        """;
    var others =
        Map.of(
            "https://api.example.com/v1/a.json", "{\"x\": {}}",
            "https://api.example.com/v1/b.json", "{\"x\": {}}");
    assertThat(read(main, others, limits(16 << 10, 2)).root().has("components")).isTrue();
    assertThatThrownBy(() -> read(main, others, limits(16 << 10, 1)))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("more than 1 others");
    var bytes = main.length() + 18;
    assertThat(read(main, others, limits(bytes, 2)).root().has("components")).isTrue();
    assertThatThrownBy(() -> read(main, others, limits(bytes - 1, 2)))
        .hasMessageContaining("have more than " + (bytes - 1) + " bytes");
    assertThatThrownBy(() -> read(main, others, limits(main.length() - 1, 2)))
        .hasMessageContaining("the document has more than");
  }

  private static DocumentLimits limits(int bytesMax, int documentsMax) {
    return new DocumentLimits(bytesMax, documentsMax, 10, 64, 1 << 10, 1 << 10, 1 << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "swagger: '2.0' | Swagger 2.0",
        "openapi: 4.0.0 | openapi is '4.0.0'",
        "info: {} | openapi is ''",
        "openapi: 3.0.0 | has no paths",
        "[] | no object",
        "just a text | no object",
        "'{\"openapi\": \"3.0.0\", \"openapi\": \"3.0.1\"}' | not JSON: Duplicate",
        "'{\"openapi\": ' | not JSON",
        "'a: b: c' | not YAML in line 1",
        "'{a: 1, a: 2}' | not JSON",
      })
  void whatIsNoDocumentIsRefused(String text, String why) {
    assertThatThrownBy(() -> read(text, Map.of()))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aliasesThatStandForTooMuchAreRefused() {
    var bomb = new StringBuilder("openapi: 3.1.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("*a%d]%n".formatted(i - 1));
    }
    assertThatThrownBy(() -> read(bomb.toString(), Map.of()))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("aliases stand for too much");
  }

  @Test
  void aDocumentNestedTooDeeplyIsRefused() {
    assertThatThrownBy(
            () -> read("{\"openapi\":" + "[".repeat(300) + "]".repeat(300) + "}", Map.of()))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("nesting depth");
  }
}
