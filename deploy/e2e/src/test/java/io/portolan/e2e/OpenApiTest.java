package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.Commands;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import io.portolan.e2e.upstream.EchoApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** An HTTP API becomes tools by its OpenAPI document, with one command or one entry. */
@NeedsDistribution
@TestInstance(Lifecycle.PER_CLASS)
class OpenApiTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PATHS =
      """
      paths:
        /items/{id}:
          get:
            operationId: showItem
            parameters:
              - {name: id, in: path, required: true, schema: {type: integer}}
              - {name: filter, in: query, style: deepObject, schema: {type: object}}
              - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
            responses: &echo
              '200':
                description: what was sent
                content:
                  application/json:
                    schema:
                      type: object
                      required: [method]
                      properties: {method: {type: string}, target: {type: string}}
        /items:
          post:
            operationId: addItem
            requestBody:
              required: true
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Item'}
            responses: *echo
        /upload:
          post:
            operationId: upload
            requestBody:
              required: true
              content:
                multipart/form-data:
                  schema:
                    type: object
                    required: [file]
                    properties:
                      note: {type: string}
                      file: {type: string, format: binary}
            responses: *echo
        /image: {get: {operationId: image, responses: {'200': {description: a picture}}}}
        /missing: {get: {operationId: missing, responses: {'200': {description: never}}}}
        /other: {get: {operationId: other, responses: *echo}}
      components:
        securitySchemes:
          key: {type: apiKey, in: header, name: X-Key}
        schemas:
          Item:
            type: object
            required: [name]
            properties:
              name: {type: string, minLength: 2}
              price: {type: number, minimum: 0, exclusiveMinimum: true}
              parts: {type: array, items: {$ref: '#/components/schemas/Item'}}
      security: [{key: []}]
      """;

  @TempDir static Path dir;
  private EchoApi api;
  private GatewayProcess gateway;
  private Actor acme;

  private static String document(String server) {
    return "openapi: 3.0.3\ninfo: {title: Items, version: '1'}\nservers: [{url: '"
        + server
        + "'}]\n"
        + PATHS;
  }

  @BeforeAll
  void start() throws Exception {
    api = EchoApi.start();
    Files.writeString(dir.resolve("items.yaml"), document("/ignored"));
    gateway =
        GatewayProcess.configured(
            dir,
            """
            anonymous-access: off
            outbound:
              origins: ["http://127.0.0.1:*"]
            servers:
              own:
                openapi: %s
                base-url: %s
                include: [showItem]
                credentials: {key: of-the-operator}
            """
                .formatted(dir.resolve("items.yaml"), api.url("/v1")));
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    try (var administrator = new Actor(gateway.endpoint(), key)) {
      var made = administrator.api("POST", "/api/v1/tenants", "{\"id\":\"acme\"}");
      assertThat(made.status()).as(made.body()).isEqualTo(201);
      var told =
          administrator.api(
              "POST",
              "/api/v1/keys?tenant=acme",
              "{\"name\":\"k\",\"roles\":[\"developer\",\"caller\"]}");
      acme = new Actor(gateway.endpoint(), JsonText.of(told.body()).string("key"));
    }
  }

  @AfterAll
  void stop() {
    Closing.all(acme, gateway, api);
  }

  private String server(int expected, String... arguments) throws Exception {
    var all = new ArrayList<>(List.of("server"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--tenant", "acme"));
    return Commands.run(dir, expected, all);
  }

  /** The result of a call in both eras, which is the same. */
  private JsonText called(String tool, String arguments) throws Exception {
    var members = "\"name\":\"" + tool + "\",\"arguments\":" + arguments;
    var modern = acme.modern("tools/call", members);
    assertThat(modern.status()).as(modern.body()).isEqualTo(200);
    var session = acme.open();
    var legacy = acme.legacy(session, Actor.message("7", "tools/call", "{" + members + "}"));
    assertThat(legacy.status()).as(legacy.body()).isEqualTo(200);
    assertThat(legacy.json().raw("result", "content"))
        .isEqualTo(modern.json().raw("result", "content"));
    acme.end(session);
    return modern.json();
  }

  @Test
  void aDocumentIsRegisteredWithOneCommandAndCalledInBothEras() throws Exception {
    var url = api.document("items.yaml", document("/v1")).toString();
    assertThat(server(0, "check", "com.acme/items", url, "--openapi", "--exclude", "missing"))
        .contains("openapi, protocol 2026-07-28, 5 tools", "items__showItem", "calls go to");
    assertThat(acme.modern("tools/list", "").body()).doesNotContain("items__");
    server(0, "add", "com.acme/items", url, "--openapi", "--approve", "--header", "X-Team=blue");
    Eventually.isSo(
        "it is listed",
        PATIENCE,
        () -> acme.modern("tools/list", "").body().contains("items__addItem"));

    var shown =
        called(
            "items__showItem",
            "{\"id\":7,\"filter\":{\"a\":{\"b\":\"c d\"}},\"tags\":[\"x\",\"y\"]}");
    assertThat(shown.string("result", "structuredContent", "target"))
        .isEqualTo("/v1/items/7?filter%5Ba%5D%5Bb%5D=c%20d&tags=x,y");
    assertThat(api.sent().getLast().header("X-Team")).isEqualTo("blue");

    called("items__addItem", "{\"body\":{\"name\":\"box\",\"parts\":[{\"name\":\"lid\"}]}}");
    assertThat(api.sent().getLast().body())
        .isEqualTo("{\"name\":\"box\",\"parts\":[{\"name\":\"lid\"}]}");
    assertThat(api.sent().getLast().header("Content-Type")).isEqualTo("application/json");

    called("items__upload", "{\"body\":{\"note\":\"hi\",\"file\":\"AAEC\"}}");
    assertThat(api.sent().getLast().header("Content-Type"))
        .startsWith("multipart/form-data; boundary=");
    assertThat(api.sent().getLast().body())
        .contains("name=\"note\"\r\n\r\nhi\r\n")
        .contains("name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream")
        .contains("\r\n\r\n\u0000\u0001\u0002\r\n");

    var image = called("items__image", "{}");
    assertThat(image.string("result", "content", "0", "type")).isEqualTo("image");
    assertThat(image.string("result", "content", "0", "data")).isEqualTo("iVBO");
    assertThat(acme.modern("tools/call", "\"name\":\"items__missing\"").body())
        .contains("\"isError\":true", "Status 404", "no such item");
    assertThat(acme.modern("tools/call", "\"name\":\"items__other\"").body())
        .contains("\"isError\":true", "does not fit its own description: /method");

    var before = api.sent().size();
    for (var wrong :
        List.of(
            "{\"body\":{\"name\":\"x\"}}",
            "{\"body\":{\"name\":\"box\",\"price\":0}}",
            "{\"body\":{\"name\":\"box\",\"parts\":[{}]}}",
            "{\"body\":{\"name\":\"box\"},\"more\":1}",
            "{}")) {
      assertThat(called("items__addItem", wrong).string("result", "content", "0", "text"))
          .startsWith("The arguments do not fit the tool's schema: /");
    }
    assertThat(
            called("items__addItem", "{\"body\":{\"name\":\"box\",\"parts\":[{}]}}")
                .string("result", "content", "0", "text"))
        .contains("/body/parts/0");
    assertThat(api.sent()).hasSize(before);
  }

  @Test
  void aFileOfTheOperatorIsAServerWithItsCredentials() throws Exception {
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    assertThat(key).isNotEmpty();
    Eventually.isSo(
        "it is listed",
        PATIENCE,
        () -> acme.modern("tools/list", "").body().contains("own__showItem"));
    var list = acme.modern("tools/list", "").body();
    assertThat(list).doesNotContain("own__addItem");
    assertThat(
            acme.modern("tools/call", "\"name\":\"own__showItem\",\"arguments\":{\"id\":1}").body())
        .contains("/v1/items/1");
    assertThat(api.sent())
        .anyMatch(
            sent ->
                sent.target().equals("/v1/items/1")
                    && sent.header("X-Key").equals("of-the-operator"));
  }

  private String refused(String members) throws Exception {
    var told = acme.api("POST", "/api/v1/servers", "{\"name\":\"com.acme/bad\"," + members + "}");
    assertThat(told.status()).as(told.body()).isBetween(400, 422);
    return told.body();
  }

  @Test
  void whatCannotBeConvertedIsRefusedWithWhatToDo() throws Exception {
    assertThat(refused("\"openapi\":\"" + api.url("/v1/missing") + "\""))
        .contains("answered with status 404", "OpenAPI document");
    assertThat(refused("\"openapi\":\"" + api.document("old", "swagger: '2.0'\npaths: {}") + "\""))
        .contains("Swagger 2.0", "3.0 or 3.1");
    assertThat(refused("\"openapi\":\"" + api.document("none", "<html>") + "\""))
        .contains("no object");
    assertThat(refused("\"openapi\":\"http://169.254.169.254/openapi.json\"")).contains("refused");
    var inside = api.document("inside", document("http://169.254.169.254/latest"));
    assertThat(refused("\"openapi\":\"" + inside + "\""))
        .contains("sends calls to a server that is refused");
    var fine = api.document("fine", document("/v1"));
    assertThat(refused("\"openapi\":\"" + fine + "\",\"include\":[\"nothing\"]"))
        .contains("leave none of 6 operations");
    assertThat(refused("\"openapi\":\"" + fine + "\",\"credentials\":{\"key\":\"plain\"}"))
        .contains("portolan secret set");
    assertThat(refused("\"openapi\":\"/etc/passwd\"")).contains("https://example.com");
    assertThat(refused("\"openapi\":\"" + fine + "\",\"url\":\"" + fine + "\""))
        .contains("expected one of url");
  }
}
