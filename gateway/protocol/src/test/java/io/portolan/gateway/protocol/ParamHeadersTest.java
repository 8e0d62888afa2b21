package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.ParamHeaders.Reading;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParamHeadersTest {
  private static final ParamHeaders TYPICAL =
      valid(
          """
          {"type":"object","properties":{
            "region":{"type":"string","x-mcp-header":"Region"},
            "priority":{"type":"integer","x-mcp-header":"Priority"},
            "verbose":{"type":"boolean","x-mcp-header":"Verbose"},
            "method":{"type":"string","x-mcp-header":"Method"},
            "ratio":{"type":"number"},
            "target":{"type":"object","properties":{
              "zone":{"type":"string","x-mcp-header":"Zone"}}},
            "query":{"type":"string"}}}
          """);

  @Test
  void annotatedPropertiesAreFoundInTheirOrder() {
    assertThat(TYPICAL.names())
        .containsExactly(
            "Mcp-Param-Region",
            "Mcp-Param-Priority",
            "Mcp-Param-Verbose",
            "Mcp-Param-Method",
            "Mcp-Param-Zone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "true",
        "{\"type\":\"object\"}",
        "{\"properties\":{\"x-mcp-header\":{\"type\":\"string\"}}}",
        "{\"properties\":{\"a\":{\"type\":\"object\",\"default\":{\"x-mcp-header\":\"\"}}}}",
        "{\"properties\":{\"a\":{\"enum\":[{\"x-mcp-header\":1}],\"const\":{\"x-mcp-header\":2}}}}",
        "{\"examples\":[{\"x-mcp-header\":\"Region\"}],\"properties\":{\"a\":true}}",
        "{\"properties\":[],\"items\":5,\"oneOf\":{\"a\":1},\"$defs\":null}"
      })
  void schemasWithoutAnnotationsRepeatNothing(String schema) {
    assertThat(valid(schema).isEmpty()).isTrue();
    assertThat(valid(schema).produce(Slice.utf8("{\"a\":1}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"properties":{"a":{"type":"string","x-mcp-header":""}}}|x-mcp-header at a: "" is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":5}}}|x-mcp-header at a: 5 is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":null}}}|x-mcp-header at a: null is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":"My Region"}}}|x-mcp-header at a: "My Region" is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":"Region:Primary"}}}|x-mcp-header at a: "Region:Primary" is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":"Région"}}}|x-mcp-header at a: "Région" is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":"Region\\t1"}}}|x-mcp-header at a: "Region\\t1" is not a header name
          {"properties":{"a":{"type":"string","x-mcp-header":"A\\r\\nHost: b"}}}|x-mcp-header at a: "A\\r\\nHost: b" is not a header name
          {"properties":{"a":{"type":"object","x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, got "object"
          {"properties":{"a":{"type":"array","x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, got "array"
          {"properties":{"a":{"type":"null","x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, got "null"
          {"properties":{"a":{"type":"number","x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, got "number"
          {"properties":{"a":{"type":["string","null"],"x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, got ["string","null"]
          {"properties":{"a":{"x-mcp-header":"Data"}}}|x-mcp-header at a: the property's type must be string, integer or boolean, it has none
          {"properties":{"a":{"type":"string","x-mcp-header":"Region"},"b":{"type":"string","x-mcp-header":"Region"}}}|x-mcp-header at b: "Region" is there twice, case aside
          {"properties":{"a":{"type":"string","x-mcp-header":"MyField"},"b":{"properties":{"c":{"type":"string","x-mcp-header":"myfield"}}}}}|x-mcp-header at b.c: "myfield" is there twice, case aside
          {"type":"string","x-mcp-header":"Root"}|x-mcp-header at the root: only properties reached through nothing but "properties" may have one
          {"properties":{"a":{"items":{"type":"string","x-mcp-header":"X"}}}}|x-mcp-header at a.<items>: only properties reached through nothing but "properties" may have one
          {"properties":{"a":{"prefixItems":[true,{"type":"string","x-mcp-header":"X"}]}}}|x-mcp-header at a.<prefixItems>: only properties reached through nothing but "properties" may have one
          {"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"X"}}}]}|x-mcp-header at <anyOf>.a: only properties reached through nothing but "properties" may have one
          {"if":{"properties":{"a":{"type":"string","x-mcp-header":"X"}}}}|x-mcp-header at <if>.a: only properties reached through nothing but "properties" may have one
          {"not":{"type":"string","x-mcp-header":"X"}}|x-mcp-header at <not>: only properties reached through nothing but "properties" may have one
          {"$defs":{"r":{"type":"string","x-mcp-header":"X"}},"properties":{"a":{"$ref":"#/$defs/r"}}}|x-mcp-header at <$defs>.r: only properties reached through nothing but "properties" may have one
          {"additionalProperties":{"type":"string","x-mcp-header":"X"}}|x-mcp-header at <additionalProperties>: only properties reached through nothing but "properties" may have one
          {"patternProperties":{"^a":{"type":"string","x-mcp-header":"X"}}}|x-mcp-header at <patternProperties>.^a: only properties reached through nothing but "properties" may have one
          {"properties":{"a":{"type":"string","\\u0078-mcp-header":""}}}|x-mcp-header at a: "" is not a header name
          """)
  void anAnnotationThatBreaksARuleMakesTheToolInvalid(String schema, String reason) {
    assertThat(ParamHeaders.read(Slice.utf8(schema))).isEqualTo(new Reading.Invalid(reason));
  }

  @Test
  void aDeepSchemaIsGivenUp() {
    var deep = "{\"properties\":{\"a\":".repeat(70);
    var schema = deep + "{\"type\":\"string\",\"x-mcp-header\":\"X\"}" + "}}".repeat(70);
    assertThat(ParamHeaders.read(Slice.utf8(schema))).isInstanceOf(Reading.Invalid.class);
  }

  @Test
  void fieldsAreMadeFromArguments() {
    var arguments =
        Slice.utf8(
            "{\"query\":\"q\",\"region\":\"Hello, 世界\",\"priority\":42,\"verbose\":false,"
                + "\"method\":\"\",\"ratio\":3.14,\"target\":{\"zone\":\" z \",\"region\":\"x\"}}");
    assertThat(TYPICAL.produce(arguments))
        .containsExactly(
            new HeaderField("Mcp-Param-Region", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            new HeaderField("Mcp-Param-Priority", "42"),
            new HeaderField("Mcp-Param-Verbose", "false"),
            new HeaderField("Mcp-Param-Method", "=?base64??="),
            new HeaderField("Mcp-Param-Zone", "=?base64?IHog?="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"region\":null,\"priority\":null,\"target\":null}",
        "{\"target\":{}}",
        "{\"target\":\"zone\"}",
        "{\"region\":{},\"priority\":[1]}",
        "[]"
      })
  void whatIsAbsentOrNullOrHasNoFormIsLeftOut(String arguments) {
    assertThat(TYPICAL.produce(Slice.utf8(arguments))).isEmpty();
    assertThat(TYPICAL.check(TestHeaders.of(), Slice.utf8(arguments))).isEqualTo(HeaderCheck.OK);
    assertThat(TYPICAL.produce(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "42, 42",
    "-7, -7",
    "42.0, 42",
    "4.2e1, 42",
    "1E3, 1000",
    "9007199254740993, 9007199254740993",
    "18446744073709551617, 18446744073709551617",
    "3.5, 3.5",
    "1e400, 1e400",
    "-0, -0"
  })
  void wholeNumbersAreWrittenWithoutPointAndExponent(String written, String value) {
    var fields = TYPICAL.produce(Slice.utf8("{\"priority\":" + written + "}"));
    assertThat(fields).containsExactly(new HeaderField("Mcp-Param-Priority", value));
  }

  @ParameterizedTest
  @CsvSource({
    "42, 42, true",
    "42, 42.0, true",
    "42, 4.2e1, true",
    "42, '=?base64?NDI=?=', true",
    "42.0, 42, true",
    "42, 43, false",
    "42, 042, true",
    "42, 0x2a, false",
    "42, '', false",
    "42, forty-two, false",
    "9007199254740993, 9007199254740992, false",
    "9007199254740993, 9007199254740993.0, true",
    "1e999999999, 1e999999998, false",
    "1e999999999, 10e999999998, true",
    "1, 1e99999999999, false"
  })
  void numbersAreComparedByValue(String written, String value, boolean same) {
    var checked =
        TYPICAL.check(
            TestHeaders.of("mcp-param-priority", value),
            Slice.utf8("{\"priority\":" + written + "}"));
    assertThat(checked.equals(HeaderCheck.OK)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"region":"Hello"}|=?base64?SGVsbG8=?=|
          {"region":"SGVsbG8="}|SGVsbG8=|
          {"region":"=?base64?SGVsbG8="}|=?base64?SGVsbG8=|
          {"region":"a b"}|'  a b '|
          {"region":""}|''|
          {"region":"42"}|42.0|value '42.0' does not match body value '42'
          {"region":"Hello"}|hello|value 'hello' does not match body value 'Hello'
          {"region":"Hello"}|-|is missing, the body says 'Hello'
          {"region":"Hello"}|=?base64?SGVsbG8?=|value '=?base64?SGVsbG8?=' has invalid characters or is not valid Base64
          {"region":"Hello"}|=?base64?SGVs!!!bG8=?=|value '=?base64?SGVs!!!bG8=?=' has invalid characters or is not valid Base64
          {"region":null}|x|value 'x' does not match the body, which has none
          {}|x|value 'x' does not match the body, which has none
          """)
  void receivedFieldsMustSayWhatTheArgumentsSay(String arguments, String value, String problem) {
    var headers = TestHeaders.of("Mcp-Param-Other", "ignored");
    if (!value.equals("-")) {
      headers.with("MCP-PARAM-REGION", value);
    }
    var expected =
        problem == null
            ? HeaderCheck.OK
            : new HeaderCheck.Mismatch(
                "Mcp-Param-Region", "Header mismatch: Mcp-Param-Region header " + problem);
    assertThat(TYPICAL.check(headers, Slice.utf8(arguments))).isEqualTo(expected);
  }

  @Test
  void booleansAreLowerCase() {
    var arguments = Slice.utf8("{\"verbose\":true}");
    assertThat(TYPICAL.check(TestHeaders.of("Mcp-Param-Verbose", "true"), arguments))
        .isEqualTo(HeaderCheck.OK);
    assertThat(TYPICAL.check(TestHeaders.of("Mcp-Param-Verbose", "True"), arguments))
        .isInstanceOf(HeaderCheck.Mismatch.class);
  }

  /** What one side makes, the other side accepts, whatever the arguments. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatIsMadeIsAccepted(long seed) {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    for (int i = 0; i < 1_000; i++) {
      var arguments = new StringBuilder("{\"x\":1");
      for (var name : List.of("region", "priority", "verbose", "method")) {
        arguments.append(",\"").append(name).append("\":").append(scalar(json, random));
      }
      arguments.append(",\"target\":{\"zone\":").append(scalar(json, random)).append("}}");
      var text = Slice.utf8(arguments.toString());
      var headers = TestHeaders.of().with(TYPICAL.produce(text));
      assertThat(TYPICAL.check(headers, text))
          .as("seed %d: %s", seed, text)
          .isEqualTo(HeaderCheck.OK);
    }
  }

  private static String scalar(RandomJson json, SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> utf8(json.string());
      case 2, 3 -> json.number();
      case 4 -> "null";
      default -> random.nextBoolean() ? "true" : "{}";
    };
  }

  /** UTF-8, and so a header, has no form for a lone surrogate. */
  private static String utf8(String string) {
    var text = Slice.utf8(string).string();
    return StandardCharsets.UTF_8.newEncoder().canEncode(text) ? string : "\"?\"";
  }

  private static ParamHeaders valid(String schema) {
    var read = ParamHeaders.read(Slice.utf8(schema.strip()));
    assertThat(read).isInstanceOf(Reading.Valid.class);
    return ((Reading.Valid) read).headers();
  }
}
