package io.portolan.gateway.openapi.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.openapi.Converting;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConverterTest {
  private static final String PETS =
      """
      openapi: 3.0.3
      info: {title: Pets, version: "2.1", description: All about pets.}
      servers: [{url: "/{v}", variables: {v: {default: v2}}}]
      paths:
        /pets:
          get: {operationId: listPets, tags: [pets], summary: Lists pets, responses: {}}
          post: {operationId: addPet, tags: [pets], responses: {}}
        /pets/{id}:
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          get: {operationId: showPet, deprecated: true, description: One pet, responses: {}}
          put: {responses: {}}
          delete: {tags: [danger], responses: {}}
      """;

  private static Conversion conversion(Converter.Rules rules) throws Exception {
    return new Converter(Converting.document(PETS), rules, DocumentLimits.DEFAULT).convert();
  }

  private static List<String> names(Selection selection) throws Exception {
    return conversion(new Converter.Rules(selection, null, Set.of(), Set.of())).tools().stream()
        .map(ApiTool::name)
        .toList();
  }

  @Test
  void everyOperationIsATool() throws Exception {
    var conversion = conversion(Converter.Rules.NONE);
    assertThat(conversion.tools())
        .extracting(ApiTool::name)
        .containsExactly("listPets", "addPet", "showPet", "put_pets_id", "delete_pets_id");
    assertThat(conversion.title()).isEqualTo("Pets");
    assertThat(conversion.about()).isEqualTo("All about pets.");
    assertThat(conversion.operations()).isEqualTo(5);
    assertThat(conversion.servers()).containsExactly(URI.create("https://api.example.com/v2"));
  }

  @Test
  void annotationsComeFromTheMethod() throws Exception {
    var tools = conversion(Converter.Rules.NONE).tools();
    assertThat(tools.get(0).definition().path("annotations"))
        .hasToString("{\"title\":\"Lists pets\",\"readOnlyHint\":true,\"openWorldHint\":true}");
    assertThat(tools.get(1).definition().path("annotations").path("idempotentHint").asBoolean())
        .isFalse();
    assertThat(tools.get(3).definition().path("annotations").path("idempotentHint").asBoolean())
        .isTrue();
    assertThat(tools.get(4).definition().path("annotations").path("destructiveHint").asBoolean())
        .isTrue();
    assertThat(tools.get(2).definition().path("description").stringValue())
        .isEqualTo("Deprecated. One pet");
  }

  @Test
  void operationsAreChosenByTagPathAndId() throws Exception {
    assertThat(names(new Selection(List.of("tag:pets"), List.of("addPet"))))
        .containsExactly("listPets");
    assertThat(names(new Selection(List.of("path:/pets/*"), List.of("tag:danger"))))
        .containsExactly("showPet", "put_pets_id");
    assertThat(names(new Selection(List.of("*Pet"), List.of())))
        .containsExactly("addPet", "showPet");
    assertThatThrownBy(() -> names(new Selection(List.of("nothing"), List.of())))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("leave none of 5 operations");
  }

  @Test
  void aBaseUrlStandsInForTheServers() throws Exception {
    var base = URI.create("https://eu.example.org/api/");
    var rules = new Converter.Rules(Selection.ALL, base, Set.of(), Set.of());
    assertThat(conversion(rules).servers())
        .containsExactly(URI.create("https://eu.example.org/api"));
  }

  @Test
  void oneOperationThatCannotBeConvertedIsLeftOutWithItsReason() throws Exception {
    var conversion =
        Converting.conversion(
            Converting.paths(
                """
                /a:
                  get:
                    parameters: [{name: x, in: query, schema: {$ref: '#/components/schemas/No'}}]
                    responses: {}
                /b: {get: {operationId: b, responses: {}}}
                """));
    assertThat(conversion.tools()).extracting(ApiTool::name).containsExactly("b");
    assertThat(conversion.leftOut()).containsOnlyKeys("GET /a");
    assertThat(conversion.leftOut().get("GET /a")).contains("#/components/schemas/No");
  }

  @Test
  void namesAreShortUniqueAndStayTheSame() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      lines.append("/p").append(i).append(": {get: {operationId: '").append("long ".repeat(30));
      lines.append("', responses: {}}}\n");
    }
    var text = Converting.paths(lines.toString());
    var once = Converting.conversion(text).tools().stream().map(ApiTool::name).toList();
    assertThat(once).doesNotHaveDuplicates().allMatch(name -> name.matches("[A-Za-z0-9_.-]{1,64}"));
    assertThat(Converting.conversion(text).tools().stream().map(ApiTool::name)).isEqualTo(once);
  }

  @Test
  void asManyOperationsAsTheLimitAndNotOneMore() throws Exception {
    assertThat(limited(5).tools()).hasSize(5);
    assertThatThrownBy(() -> limited(4))
        .isInstanceOf(DocumentRefusedException.class)
        .hasMessageContaining("more than 4 operations; choose some by include or exclude");
  }

  private static Conversion limited(int operationsMax) throws Exception {
    var all = DocumentLimits.DEFAULT;
    var limits =
        new DocumentLimits(
            all.bytesMax(),
            all.documentsMax(),
            operationsMax,
            all.depthMax(),
            all.inputBytesMax(),
            all.outputBytesMax(),
            all.toolsBytesMax());
    return new Converter(Converting.document(PETS), Converter.Rules.NONE, limits).convert();
  }

  @Test
  void oneNameInTwoPlacesAndABodyAreThreeArguments() throws Exception {
    var tool =
        Converting.tool(
            Converting.paths(
                """
                /a/{id}:
                  post:
                    parameters:
                      - {name: id, in: query, schema: {type: string}}
                      - {name: id, in: path, required: true, schema: {type: string}}
                      - {name: body, in: query, schema: {type: string}}
                      - {name: 'filter[x]', in: query, description: Which, schema: {type: string}}
                      - {name: Authorization, in: header, schema: {type: string}}
                    requestBody: {required: true, content: {application/json: {schema: {}}}}
                    responses: {}
                """));
    var properties = tool.input().path("properties");
    assertThat(properties.propertyNames())
        .containsExactlyInAnyOrder("id", "query_id", "query_body", "filter_x", "body");
    assertThat(properties.path("filter_x").path("description").stringValue())
        .isEqualTo("Which Sent as filter[x].");
    assertThat(tool.input().path("required")).hasToString("[\"id\",\"body\"]");
    assertThat(tool.call().parameters().getFirst().in()).isEqualTo(Parameter.In.PATH);
  }
}
