package io.portolan.gateway.openapi.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.openapi.Converting;
import io.portolan.gateway.openapi.call.ApiAnswer.Cut;
import io.portolan.gateway.openapi.convert.ApiTool;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ResultMakerTest {
  private static ApiTool tool(String schema) throws Exception {
    var answer =
        schema.isEmpty() ? "{}" : "{content: {application/json: {schema: " + schema + "}}}";
    return Converting.tool(Converting.paths("/a: {get: {responses: {'200': " + answer + "}}}\n"));
  }

  private static ObjectNode result(ApiTool tool, int status, String type, String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return ResultMaker.result(
        tool, SchemaCheck.of(tool.output()), new ApiAnswer(status, type, bytes, Cut.WHOLE));
  }

  @Test
  void jsonIsTextAsItCameAndStructuredContent() throws Exception {
    var result =
        result(tool("{type: object}"), 200, "application/json; charset=utf-8", "{\"a\": 1.10}");
    assertThat(result)
        .hasToString(
            "{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\": 1.10}\"}],"
                + "\"structuredContent\":{\"a\":1.10}}");
  }

  @Test
  void whatIsNoObjectIsTheMemberResult() throws Exception {
    var tool = tool("{type: array, items: {type: integer}}");
    assertThat(result(tool, 200, "application/json", "[1,2]").path("structuredContent"))
        .hasToString("{\"result\":[1,2]}");
    assertThat(result(tool(""), 200, "application/problem+json", "7").path("structuredContent"))
        .hasToString("{\"result\":7}");
  }

  @Test
  void anAnswerThatDoesNotFitSaysWhere() throws Exception {
    var tool = tool("{type: object, properties: {a: {type: array, items: {type: string}}}}");
    var result = result(tool, 201, "application/json", "{\"a\":[\"x\",7]}");
    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.path("content").path(0).path("text").stringValue())
        .contains("status 201", "/a/1", "{\"a\":[\"x\",7]}");
    assertThat(result(tool, 200, "text/plain", "hi").path("isError").asBoolean()).isTrue();
    assertThat(result(tool, 200, "application/json", "{broken").path("isError").asBoolean())
        .isTrue();
  }

  @Test
  void textPicturesSoundsAndBytesAreContentOfTheirKind() throws Exception {
    var tool = tool("");
    assertThat(result(tool, 200, "text/csv", "a,b").path("content"))
        .hasToString("[{\"type\":\"text\",\"text\":\"a,b\"}]");
    assertThat(result(tool, 200, "image/png", "x").path("content"))
        .hasToString("[{\"type\":\"image\",\"data\":\"eA==\",\"mimeType\":\"image/png\"}]");
    assertThat(result(tool, 200, "audio/mpeg", "x").path("content"))
        .hasToString("[{\"type\":\"audio\",\"data\":\"eA==\",\"mimeType\":\"audio/mpeg\"}]");
    assertThat(result(tool, 200, "application/pdf", "x").path("content"))
        .hasToString(
            "[{\"type\":\"resource\",\"resource\":{\"uri\":\"attachment:answer\","
                + "\"mimeType\":\"application/pdf\",\"blob\":\"eA==\"}}]");
    assertThat(result(tool, 204, "", "").path("content").path(0).path("text").stringValue())
        .isEqualTo("The API answered with status 204 and no content.");
  }

  @Test
  void anErrorHasItsStatusAndTheStartOfItsBody() throws Exception {
    var answer =
        new ApiAnswer(
            500, "text/plain", "it broke".getBytes(StandardCharsets.UTF_8), Cut.BEGINNING);
    var result = ResultMaker.result(tool(""), SchemaCheck.NONE, answer);
    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(result.path("content").path(0).path("text").stringValue())
        .isEqualTo("Status 500, of whose body this is the start: it broke");
  }

  /** A pattern and a text on which a matcher that backtracks would not end. */
  @Test
  void aPatternIsMatchedInLinearTime() throws Exception {
    var tool =
        Converting.tool(
            Converting.paths(
                """
                /a:
                  get:
                    parameters:
                      - {name: q, in: query, schema: {type: string, pattern: '^(a+)+$'}}
                      - {name: r, in: query, schema: {type: string, pattern: '(?=x)'}}
                    responses: {}
                """));
    var check = SchemaCheck.of(tool.input());
    var nodes = JsonNodeFactory.instance;
    assertThat(check.mismatch(nodes.objectNode().put("q", "a".repeat(50_000) + "!")))
        .startsWith("/q ");
    assertThat(check.mismatch(nodes.objectNode().put("q", "aaa").put("r", "y"))).isNull();
  }
}
