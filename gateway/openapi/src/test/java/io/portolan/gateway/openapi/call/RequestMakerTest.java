package io.portolan.gateway.openapi.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.openapi.Converting;
import io.portolan.gateway.openapi.call.RequestMaker.Made;
import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.document.DocumentText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class RequestMakerTest {
  private static Made made(ApiTool tool, String arguments, Credentials credentials) {
    var object = (ObjectNode) DocumentText.JSON.readTree(arguments);
    return RequestMaker.request(tool.call(), object, credentials);
  }

  private static ApiRequest request(ApiTool tool, String arguments) {
    return switch (made(tool, arguments, Credentials.NONE)) {
      case Made.Ready(var request) -> request;
      case Made.Refused(var why) -> throw new AssertionError(why);
    };
  }

  private static String refusal(ApiTool tool, String arguments) {
    return switch (made(tool, arguments, Credentials.NONE)) {
      case Made.Ready(var request) -> throw new AssertionError("it was made: " + request);
      case Made.Refused(var why) -> why;
    };
  }

  private static ApiTool tool(String path, String in, String more) throws Exception {
    return Converting.tool(
        Converting.paths(
            """
            %s:
              get:
                parameters: [{name: color, in: %s, required: true, %s schema: {}}]
                responses: {}
            """
                .formatted(path, in, more)));
  }

  /** The table of style values in OpenAPI 3.1, 4.8.12.4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "simple | false | \"blue\" | blue",
        "simple | false | [\"blue\",\"black\",\"brown\"] | blue,black,brown",
        "simple | false | {\"R\":100,\"G\":200} | R,100,G,200",
        "simple | true | {\"R\":100,\"G\":200} | R=100,G=200",
        "label | false | \"blue\" | .blue",
        "label | false | [\"blue\",\"black\"] | .blue,black",
        "label | true | [\"blue\",\"black\"] | .blue.black",
        "label | true | {\"R\":100,\"G\":200} | .R=100.G=200",
        "matrix | false | \"blue\" | ;color=blue",
        "matrix | false | [\"blue\",\"black\"] | ;color=blue,black",
        "matrix | true | [\"blue\",\"black\"] | ;color=blue;color=black",
        "matrix | false | {\"R\":100,\"G\":200} | ;color=R,100,G,200",
        "matrix | true | {\"R\":100,\"G\":200} | ;R=100;G=200",
        "simple | false | \"a/b c?d=ä\" | a%2Fb%20c%3Fd%3D%C3%A4",
      })
  void stylesInAPath(String style, boolean explode, String value, String expected)
      throws Exception {
    var tool = tool("/c/{color}/x", "path", "style: %s, explode: %s,".formatted(style, explode));
    assertThat(request(tool, "{\"color\":" + value + "}").url().toString())
        .isEqualTo("https://api.example.com/c/" + expected + "/x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "form | true | \"blue\" | color=blue",
        "form | true | [\"blue\",\"black\"] | color=blue&color=black",
        "form | false | [\"blue\",\"black\"] | color=blue,black",
        "form | false | {\"R\":100,\"G\":200} | color=R,100,G,200",
        "form | true | {\"R\":100,\"G\":200} | R=100&G=200",
        "spaceDelimited | false | [\"blue\",\"black\"] | color=blue%20black",
        "pipeDelimited | false | [\"blue\",\"black\"] | color=blue%7Cblack",
        "deepObject | true | {\"R\":100,\"G\":{\"a\":\"b c\"}} | color%5BR%5D=100&color%5BG%5D%5Ba%5D=b%20c",
        "deepObject | true | {\"R\":[1,2]} | color%5BR%5D%5B%5D=1&color%5BR%5D%5B%5D=2",
        "form | true | true | color=true",
        "form | true | \"a&b=c#d\" | color=a%26b%3Dc%23d",
      })
  void stylesInAQuery(String style, boolean explode, String value, String expected)
      throws Exception {
    var tool = tool("/c", "query", "style: %s, explode: %s,".formatted(style, explode));
    assertThat(request(tool, "{\"color\":" + value + "}").url().toString())
        .isEqualTo("https://api.example.com/c?" + expected);
  }

  @Test
  void reservedCharactersMayStayButEndNothing() throws Exception {
    var tool = tool("/c", "query", "allowReserved: true,");
    assertThat(request(tool, "{\"color\":\"a/b?c&d#e\"}").url().toString())
        .isEqualTo("https://api.example.com/c?color=a/b?c%26d%23e");
  }

  @Test
  void aParameterWithContentIsOneText() throws Exception {
    var tool =
        Converting.tool(
            Converting.paths(
                """
                /c:
                  get:
                    parameters:
                      - {name: q, in: query, content: {application/json: {schema: {type: object}}}}
                    responses: {}
                """));
    assertThat(request(tool, "{\"q\":{\"a\":[1]}}").url().getRawQuery())
        .isEqualTo("q=%7B%22a%22%3A%5B1%5D%7D");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "."})
  void noArgumentLeadsUpAPath(String value) throws Exception {
    var tool = tool("/c/{color}/x", "path", "");
    assertThat(refusal(tool, "{\"color\":\"" + value + "\"}")).contains("would lead elsewhere");
    assertThat(refusal(tool, "{\"color\":\"\"}"))
        .isEqualTo("/color is empty; expected a text, since it stands in the path");
    assertThat(request(tool, "{\"color\":\"../..\"}").url().getRawPath()).isEqualTo("/c/..%2F../x");
  }

  @Test
  void noArgumentEndsAHeader() throws Exception {
    var tool = tool("/c", "header", "");
    assertThat(refusal(tool, "{\"color\":\"a\\r\\nX-Evil: 1\"}")).startsWith("/color holds a line");
    assertThat(request(tool, "{\"color\":[\"a\",\"b\"]}").headers())
        .contains(new ApiRequest.Header("color", "a,b"));
  }

  @Test
  void cookiesAreOneHeader() throws Exception {
    var tool = tool("/c", "cookie", "");
    assertThat(request(tool, "{\"color\":\"a;b\"}").headers())
        .contains(new ApiRequest.Header("Cookie", "color=a%3Bb"));
  }

  private static ApiTool body(String mediaType, String schema, String encoding) throws Exception {
    return Converting.tool(
        Converting.paths(
            """
            /b:
              post:
                requestBody:
                  content:
                    %s: {schema: %s, encoding: %s}
                responses: {}
            """
                .formatted(mediaType, schema, encoding)));
  }

  private static String sent(ApiTool tool, String body) {
    var made = Objects.requireNonNull(request(tool, "{\"body\":" + body + "}").body());
    return new String(made.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void formsAreWrittenAsTheirEncodingSays() throws Exception {
    var tool =
        body(
            "application/x-www-form-urlencoded",
            "{type: object}",
            "{card: {style: deepObject, explode: true}}");
    assertThat(sent(tool, "{\"a\":\"x y\",\"card\":{\"n\":1},\"list\":[1,2],\"o\":{\"k\":\"v\"}}"))
        .isEqualTo("a=x%20y&card%5Bn%5D=1&list=1&list=2&o=%7B%22k%22%3A%22v%22%7D");
  }

  @Test
  void partsHaveTheTypeThatTheirEncodingSays() throws Exception {
    var tool =
        body(
            "multipart/form-data",
            "{type: object, properties: {f: {type: array, items: {type: string, format: binary}},"
                + " m: {type: object}}}",
            "{f: {contentType: 'image/png, image/jpeg'}}");
    var properties = tool.input().path("properties").path("body").path("properties");
    assertThat(properties.path("f").path("items"))
        .hasToString("{\"type\":\"string\",\"contentEncoding\":\"base64\"}");
    var text = sent(tool, "{\"f\":[\"YQ==\",\"Yg==\"],\"m\":{\"a\":1}}");
    assertThat(text)
        .contains("name=\"f\"; filename=\"f\"\r\nContent-Type: image/png\r\n\r\na\r\n")
        .contains("\r\n\r\nb\r\n")
        .contains("name=\"m\"\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n");
    assertThat(refusal(tool, "{\"body\":{\"f\":[\"not base64!\"]}}"))
        .isEqualTo("/body/f is not base64; expected the bytes in base64");
  }

  @Test
  void nothingInAPartsNameEndsIt() throws Exception {
    var tool = body("multipart/form-data", "{type: object}", "{}");
    assertThat(sent(tool, "{\"a\\\"\\r\\nb\":\"x\"}")).contains("name=\"a%22%0D%0Ab\"\r\n");
  }

  @Test
  void textAndBytesAreSentAsTheyAre() throws Exception {
    assertThat(sent(body("text/plain", "{type: string}", "{}"), "\"a b\"")).isEqualTo("a b");
    var bytes = body("application/octet-stream", "{type: string, format: binary}", "{}");
    assertThat(sent(bytes, "\"aGk=\"")).isEqualTo("hi");
    assertThat(refusal(bytes, "{\"body\":\"%\"}")).startsWith("/body is not base64");
  }

  @Test
  void credentialsGoWhereTheSchemeSays() throws Exception {
    var tool =
        Converting.tool(
            """
            openapi: 3.1.0
            info: {title: T, version: '1'}
            paths:
              /c: {get: {responses: {}, security: [{basic: []}, {head: [], query: [], cookie: []}]}}
            components:
              securitySchemes:
                basic: {type: http, scheme: basic}
                head: {type: apiKey, in: header, name: X-Key}
                query: {type: apiKey, in: query, name: key}
                cookie: {type: apiKey, in: cookie, name: sid}
            """);
    var all = Map.of("head", "h", "query", "a&b", "cookie", "c");
    var keys = ((Made.Ready) made(tool, "{}", new Credentials(all))).request();
    assertThat(keys.url().getRawQuery()).isEqualTo("key=a%26b");
    assertThat(keys.headers())
        .contains(new ApiRequest.Header("X-Key", "h"), new ApiRequest.Header("Cookie", "sid=c"));
    var basic = ((Made.Ready) made(tool, "{}", new Credentials(Map.of("basic", "u:p")))).request();
    assertThat(basic.headers()).contains(new ApiRequest.Header("Authorization", "Basic dTpw"));
    var some = ((Made.Ready) made(tool, "{}", new Credentials(Map.of("head", "h")))).request();
    assertThat(some.headers()).extracting(ApiRequest.Header::name).containsExactly("Accept");
    assertThat(keys.toString() + new Credentials(all)).doesNotContain("a&b", "=c", "=h");
  }
}
