package io.portolan.gateway.openapi.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.openapi.Converting;
import io.portolan.gateway.openapi.call.SchemaCheck;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import io.portolan.gateway.openapi.document.DocumentText;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SchemasTest {
  /** The tool of an operation whose body, and answer, is of the first of these schemas. */
  private static ApiTool tool(String version, String schemas) throws Exception {
    var first = schemas.substring(0, schemas.indexOf(':')).strip();
    return Converting.tool(
        """
        openapi: %s
        info: {title: T, version: '1'}
        paths:
          /a:
            post:
              operationId: a
              requestBody:
                content: {application/json: {schema: {$ref: '#/components/schemas/%s'}}}
              responses:
                '200':
                  content: {application/json: {schema: {$ref: '#/components/schemas/%s'}}}
        components:
          schemas:
        """
                .formatted(version, first, first)
            + schemas.indent(4));
  }

  private static JsonNode def(ApiTool tool, String name) {
    return tool.input().path("$defs").path(name);
  }

  private static boolean takes(ApiTool tool, String body) {
    var arguments = DocumentText.JSON.readTree("{\"body\":" + body + "}");
    return SchemaCheck.of(tool.input()).mismatch(arguments) == null;
  }

  @Test
  void nullableOfThreeZeroIsAnotherType() throws Exception {
    var tool =
        tool(
            "3.0.3",
            """
            A:
              type: object
              properties:
                s: {type: string, nullable: true}
                e: {type: string, nullable: true, enum: [x]}
                r: {allOf: [{$ref: '#/components/schemas/B'}], nullable: true}
            B: {type: object, required: [b], properties: {b: {type: string}}}
            """);
    assertThat(def(tool, "A").path("properties").path("s").path("type"))
        .hasToString("[\"string\",\"null\"]");
    assertThat(takes(tool, "{\"s\":null,\"e\":null,\"r\":null}")).isTrue();
    assertThat(takes(tool, "{\"r\":{\"b\":\"x\"}}")).isTrue();
    assertThat(takes(tool, "{\"r\":{}}")).isFalse();
    assertThat(takes(tool, "{\"e\":\"y\"}")).isFalse();
  }

  @Test
  void booleanBoundsOfThreeZeroAreNumbers() throws Exception {
    var tool =
        tool(
            "3.0.0",
            """
            A: {type: number, minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false}
            """);
    assertThat(def(tool, "A"))
        .hasToString("{\"type\":\"number\",\"exclusiveMinimum\":1,\"maximum\":9}");
    assertThat(takes(tool, "1")).isFalse();
    assertThat(takes(tool, "9")).isTrue();
  }

  @Test
  void recursionStaysAReference() throws Exception {
    var tool =
        tool(
            "3.1.0",
            """
            Node:
              type: object
              required: [name]
              properties:
                name: {type: string}
                children: {type: array, items: {$ref: '#/components/schemas/Node'}}
            """);
    assertThat(def(tool, "Node").path("properties").path("children").path("items"))
        .hasToString("{\"$ref\":\"#/$defs/Node\"}");
    assertThat(takes(tool, "{\"name\":\"a\",\"children\":[{\"name\":\"b\"}]}")).isTrue();
    assertThat(takes(tool, "{\"name\":\"a\",\"children\":[{\"children\":[]}]}")).isFalse();
  }

  @Test
  void aReferenceThatLeadsInCirclesTakesAnything() throws Exception {
    var tool =
        tool(
            "3.1.0",
            """
            A: {$ref: '#/components/schemas/B'}
            B: {$ref: '#/components/schemas/A'}
            """);
    assertThat(takes(tool, "{\"x\":1}")).isTrue();
  }

  @Test
  void theDiscriminatorChoosesTheAlternative() throws Exception {
    var tool =
        tool(
            "3.0.3",
            """
            Pet:
              oneOf:
                - {$ref: '#/components/schemas/Cat'}
                - {$ref: '#/components/schemas/Dog'}
              discriminator: {propertyName: kind, mapping: {hound: '#/components/schemas/Dog'}}
            Cat: {type: object, properties: {kind: {type: string}, lives: {type: integer}}}
            Dog: {type: object, properties: {kind: {type: string}, barks: {type: boolean}}}
            """);
    assertThat(takes(tool, "{\"kind\":\"Cat\",\"lives\":9}")).isTrue();
    assertThat(takes(tool, "{\"kind\":\"hound\",\"barks\":true}")).isTrue();
    assertThat(takes(tool, "{\"kind\":\"hound\",\"barks\":\"loud\"}")).isFalse();
    assertThat(takes(tool, "{\"kind\":\"fish\"}")).isFalse();
  }

  @Test
  void whatIsOnlyReadIsNotSentAndWhatIsOnlyWrittenNotAnswered() throws Exception {
    var tool =
        tool(
            "3.0.3",
            """
            User:
              type: object
              required: [id, password]
              properties:
                id: {type: string, readOnly: true}
                password: {type: string, writeOnly: true}
                when: {$ref: '#/components/schemas/When'}
            When: {type: string, readOnly: true}
            """);
    assertThat(def(tool, "User").path("properties").propertyNames()).containsExactly("password");
    assertThat(def(tool, "User").path("required")).hasToString("[\"password\"]");
    var answer = tool.definition().path("outputSchema").path("$defs").path("User");
    assertThat(answer.path("properties").propertyNames()).containsExactly("id", "when");
  }

  @Test
  void notAllOfAndAnyOfAreKept() throws Exception {
    var tool =
        tool(
            "3.1.0",
            """
            A:
              allOf: [{type: object}, {not: {required: [no]}}]
              anyOf: [{required: [a]}, {required: [b]}]
              $comment: dropped
              x-more: dropped
            """);
    assertThat(takes(tool, "{\"a\":1}")).isTrue();
    assertThat(takes(tool, "{\"a\":1,\"no\":1}")).isFalse();
    assertThat(takes(tool, "{}")).isFalse();
  }

  @Test
  void whatIsNoKeywordOf202012IsLeftOut() throws Exception {
    var tool =
        tool(
            "3.0.3",
            """
            A:
              type: object
              required: true
              minProperties: -1
              example: {a: b}
              xml: {name: a}
              properties:
                f: {type: file}
                any: {type: any}
                list: {type: array, items: [{type: string}, {type: integer}]}
                e: {enum: []}
            """);
    assertThat(def(tool, "A"))
        .hasToString(
            "{\"type\":\"object\",\"examples\":[{\"a\":\"b\"}],\"properties\":{\"f\":{\"type\":\"string\"},"
                + "\"any\":{},\"list\":{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"},"
                + "{\"type\":\"integer\"}]},\"e\":{}}}");
  }

  @Test
  void twoSchemasOfOneNameAreToldApart() throws Exception {
    var tool =
        tool(
            "3.1.0",
            """
            A:
              type: object
              properties:
                one: {$ref: '#/components/schemas/B/properties/A'}
                two: {$ref: '#/components/schemas/A'}
            B: {type: object, properties: {A: {type: string}}}
            """);
    assertThat(takes(tool, "{\"one\":\"x\",\"two\":{\"one\":\"y\"}}")).isTrue();
    assertThat(takes(tool, "{\"one\":{}}")).isFalse();
  }

  @Test
  void anAnswerThatIsNoObjectIsTheMemberResult() throws Exception {
    var tool = tool("3.0.3", "A: {type: array, items: {type: string}}\n");
    assertThat(tool.call().wrapping()).isEqualTo(ApiTool.Wrapping.RESULT);
    assertThat(tool.definition().path("outputSchema").path("properties").path("result"))
        .hasToString("{\"$ref\":\"#/$defs/A\"}");
    var plain = tool("3.0.3", "A: {type: object, additionalProperties: {type: string}}\n");
    assertThat(plain.call().wrapping()).isEqualTo(ApiTool.Wrapping.PLAIN);
    assertThat(plain.definition().path("outputSchema").path("type").stringValue())
        .isEqualTo("object");
  }

  @Test
  void whereJsonIsToBeHadNothingElseIsAskedFor() throws Exception {
    var tool =
        Converting.tool(
            Converting.paths(
                """
                /a:
                  get:
                    responses:
                      '200':
                        content:
                          application/xml: {schema: {type: string}}
                          application/json: {schema: {type: object}}
                """));
    assertThat(tool.call().accept()).containsExactly("application/json");
    assertThat(tool.output()).isNotNull();
    var noneInJson =
        Converting.tool(
            Converting.paths(
                """
                /a:
                  get:
                    responses:
                      '200': {content: {application/json: {schema: {type: object}}}}
                      '201': {content: {text/csv: {schema: {type: string}}}}
                """));
    assertThat(noneInJson.call().accept()).containsExactly("application/json", "text/csv");
    assertThat(noneInJson.output()).isNull();
  }

  /** What would take for ever if each way to a schema were gone anew. */
  @Test
  void manyWaysToOneSchemaAreOne() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      var next = "{$ref: '#/components/schemas/A" + (i + 1) + "'}";
      lines.append("A%d: {oneOf: [%s, %s]}%n".formatted(i, next, next));
    }
    assertThat(tool("3.1.0", lines + "A60: {type: object}\n").call().wrapping())
        .isEqualTo(ApiTool.Wrapping.PLAIN);
    var same = new StringBuilder("A: {type: object, properties: {\n");
    for (int i = 0; i < 3_000; i++) {
      same.append("p%d: {$ref: '#/components/schemas/B/properties/q%d/x'},%n".formatted(i, i));
    }
    same.append("}}\nB: {properties: {\n");
    for (int i = 0; i < 3_000; i++) {
      same.append("q%d: {x: {type: string}},%n".formatted(i));
    }
    assertThat(tool("3.1.0", same + "}}\n").input().path("$defs").has("x_2")).isTrue();
  }

  @Test
  void aCheckThatWouldTakeForEverEnds() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      var next = "{$ref: '#/components/schemas/A" + (i + 1) + "'}";
      lines.append("A%d: {allOf: [%s, %s]}%n".formatted(i, next, next));
    }
    assertThat(takes(tool("3.1.0", lines + "A60: {}\n"), "1")).isFalse();
    assertThat(takes(tool("3.1.0", "A: {anyOf: [{$ref: '#/components/schemas/A'}]}\n"), "1"))
        .isFalse();
  }

  @Test
  void schemasNestedTooDeeplyAreRefused() throws Exception {
    var deep = new StringBuilder("A: ");
    for (int i = 0; i < 63; i++) {
      deep.append("{items: ");
    }
    assertThat(tool("3.1.0", deep + "{}" + "}".repeat(63) + "\n").name()).isEqualTo("a");
    assertThatThrownBy(() -> tool("3.1.0", deep + "{items: {items: {}}}" + "}".repeat(63) + "\n"))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("nested more than 64 deep");
  }

  @Test
  void chainsOfReferencesAreBounded() throws Exception {
    assertThat(tool("3.1.0", chain(60)).name()).isEqualTo("a");
    assertThatThrownBy(() -> tool("3.1.0", chain(80)))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("leads over more than 64 references");
  }

  private static String chain(int length) {
    var lines = new StringBuilder();
    for (int i = 0; i < length; i++) {
      lines.append("A%d: {$ref: '#/components/schemas/A%d'}%n".formatted(i, i + 1));
    }
    return lines + "A" + length + ": {type: string}\n";
  }

  @Test
  void ofALargeSchemaTheNearestPartIsShown() throws Exception {
    var lines =
        new StringBuilder(
            "A: {type: object, properties: {next: {$ref: '#/components/schemas/B0'}}}\n");
    for (int i = 0; i < 40; i++) {
      lines.append(
          "B%d: {type: object, description: '%s', properties: {n: {$ref: '#/components/schemas/B%d'}}}%n"
              .formatted(i, "x".repeat(900), i + 1));
    }
    lines.append("B40: {type: string}\n");
    var conversion =
        Converting.conversion(
            """
            openapi: 3.1.0
            info: {title: T, version: '1'}
            paths:
              /a:
                get:
                  operationId: a
                  responses:
                    '200':
                      content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}
            components:
              schemas:
            """
                + lines.toString().indent(4));
    var output = conversion.tools().getFirst().definition().path("outputSchema");
    assertThat(output.toString().length()).isLessThanOrEqualTo(16 << 10);
    assertThat(output.path("$defs").path("B3").path("type").stringValue()).isEqualTo("object");
    assertThat(conversion.outlined()).containsOnlyKeys("a");
    for (var def : output.path("$defs").properties()) {
      var refers = def.getValue().path("properties").path("n").path("$ref").asString("");
      assertThat(refers.isEmpty() || output.path("$defs").has(refers.substring(8))).isTrue();
    }
  }
}
