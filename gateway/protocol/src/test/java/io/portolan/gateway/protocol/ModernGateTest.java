package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.ModernGate.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModernGateTest {
  private static final String VERSION =
      "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";
  private static final String CAPABILITIES = "\"io.modelcontextprotocol/clientCapabilities\":{}";
  private static final String META = "\"_meta\":{" + VERSION + "," + CAPABILITIES + "}";
  private static final String ECHO = "\"name\":\"echo\"," + META;

  @Test
  void aWellFormedRequestIsAccepted() throws Exception {
    var meta =
        "\"_meta\":{"
            + VERSION
            + ",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"sampling\":{}},"
            + "\"io.modelcontextprotocol/logLevel\":\"warning\",\"progressToken\":7}";
    var verdict =
        check(
            headers("tools/call").with("Mcp-Name", "echo"),
            "tools/call",
            "\"name\":\"echo\"," + meta);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Accepted.class,
            accepted -> {
              assertThat(accepted.meta().version()).isEqualTo(ProtocolVersion.V2026_07_28);
              assertThat(accepted.meta().clientCapabilities().text())
                  .isEqualTo("{\"sampling\":{}}");
              assertThat(requireNonNull(accepted.meta().clientInfo()).text()).contains("\"c\"");
              assertThat(accepted.meta().logLevel()).isEqualTo("warning");
              assertThat(requireNonNull(accepted.meta().progressToken()).text()).isEqualTo("7");
            });
  }

  @Test
  void whoTheClientIsMayBeLeftOut() throws Exception {
    assertThat(check(headers("tools/list"), "tools/list", META))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''|params._meta must be an object, it is missing
          "_meta":null|params._meta must be an object, got null
          "_meta":{"io.modelcontextprotocol/clientCapabilities":{}}|params._meta["io.modelcontextprotocol/protocolVersion"] must be a string, it is missing
          "_meta":{"io.modelcontextprotocol/protocolVersion":5}|params._meta["io.modelcontextprotocol/protocolVersion"] must be a string, got 5
          "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}|params._meta["io.modelcontextprotocol/clientCapabilities"] must be an object, it is missing
          "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}|params._meta["io.modelcontextprotocol/clientCapabilities"] must be an object, got []
          """)
  void whatTheBodyLacksComesFirst(String params, String problem) throws Exception {
    var refused = refused(TestHeaders.of(), "tools/list", params);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_PARAMS);
    assertThat(refused.message()).isEqualTo("Invalid params: " + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"io.modelcontextprotocol/clientInfo\":\"me\"",
        "\"io.modelcontextprotocol/logLevel\":\"loud\"",
        "\"io.modelcontextprotocol/logLevel\":1",
        "\"progressToken\":{}",
        "\"progressToken\":null"
      })
  void optionalMembersMustBeOfTheirKind(String member) throws Exception {
    var meta = "\"_meta\":{" + VERSION + "," + CAPABILITIES + "," + member + "}";
    assertThat(refused(headers("tools/list"), "tools/list", meta).code())
        .isEqualTo(ErrorCode.INVALID_PARAMS);
  }

  @Test
  void aVersionHeaderThatContradictsTheBodyIsAMismatchEvenIfTheVersionIsUnknown() throws Exception {
    var params = META.replace("2026-07-28", "v999.0.0");
    var refused = refused(headers("server/discover"), "server/discover", params);
    assertThat(refused.code()).isEqualTo(ErrorCode.HEADER_MISMATCH);
    assertThat(refused.message())
        .isEqualTo(
            "Header mismatch: MCP-Protocol-Version header value '2026-07-28' does not match body"
                + " value 'v999.0.0'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v999.0.0", "2025-11-25", ""})
  void aVersionThatIsNotSpokenIsRefusedWithThoseThatAre(String version) throws Exception {
    var headers =
        headers("tools/list").without("MCP-Protocol-Version").with("mcp-protocol-version", version);
    var refused = refused(headers, "tools/list", META.replace("2026-07-28", version));
    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_PROTOCOL_VERSION);
    assertThat(requireNonNull(refused.data()).text())
        .isEqualTo("{\"supported\":[\"2026-07-28\"],\"requested\":\"" + version + "\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MCP-Protocol-Version||is missing, the body says '2026-07-28'
          MCP-Protocol-Version|2025-11-25|value '2025-11-25' does not match body value '2026-07-28'
          Mcp-Method||is missing, the body says 'tools/call'
          Mcp-Method|tools/list|value 'tools/list' does not match body value 'tools/call'
          Mcp-Method|TOOLS/CALL|value 'TOOLS/CALL' does not match body value 'tools/call'
          Mcp-Method|=?base64?dG9vbHMvY2FsbA==?=|value '=?base64?dG9vbHMvY2FsbA==?=' does not match body value 'tools/call'
          Mcp-Name||is missing, the body says 'echo'
          Mcp-Name|Echo|value 'Echo' does not match body value 'echo'
          Mcp-Name|=?base64?ZWNobw=?=|value '=?base64?ZWNobw=?=' has invalid characters or is not valid Base64
          Mcp-Name|écho|value 'écho' has invalid characters or is not valid Base64
          """)
  void aHeaderThatIsMissingOrSaysSomethingElseIsNamed(String header, String value, String problem)
      throws Exception {
    var headers = headers("tools/call").with("Mcp-Name", "echo").without(header);
    if (value != null) {
      headers.with(header, value);
    }
    var refused = refused(headers, "tools/call", ECHO);
    assertThat(refused.code()).isEqualTo(ErrorCode.HEADER_MISMATCH);
    assertThat(refused.message()).isEqualTo("Header mismatch: " + header + " header " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"})
  void aHeaderMustNotOccurTwice(String header) throws Exception {
    var headers = headers("tools/call").with("Mcp-Name", "echo");
    headers.with(header.toLowerCase(java.util.Locale.ROOT), requireNonNull(headers.first(header)));
    assertThat(refused(headers, "tools/call", ECHO).message()).contains("occurs 2 times");
  }

  @ParameterizedTest
  @CsvSource({
    "mcp-name, echo",
    "MCP-NAME, echo",
    "Mcp-Name, '  echo\t'",
    "Mcp-Name, =?base64?ZWNobw==?="
  })
  void namesOfHeadersAndBlanksAndEncodingDoNotMatter(String header, String value) throws Exception {
    var headers = headers("tools/call").with(header, value);
    assertThat(check(headers, "tools/call", ECHO)).isInstanceOf(Verdict.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource({
    "prompts/get, name, true",
    "resources/read, uri, true",
    "tasks/get, taskId, false",
    "tasks/update, taskId, false",
    "tasks/cancel, taskId, false"
  })
  void whatIsNamedDependsOnTheMethod(String method, String member, boolean required)
      throws Exception {
    var params = "\"" + member + "\":\"a/世界\"," + META;
    var encoded = headers(method).with("Mcp-Name", "=?base64?YS/kuJbnlYw=?=");
    assertThat(check(encoded, method, params)).isInstanceOf(Verdict.Accepted.class);
    var other = headers(method).with("Mcp-Name", "b");
    assertThat(refused(other, method, params).code()).isEqualTo(ErrorCode.HEADER_MISMATCH);
    assertThat(check(headers(method), method, params) instanceof Verdict.Accepted)
        .isEqualTo(!required);
  }

  @Test
  void methodsThatNameNothingMayHaveAnyName() throws Exception {
    var headers = headers("tools/list").with("Mcp-Name", "whatever");
    assertThat(check(headers, "tools/list", META)).isInstanceOf(Verdict.Accepted.class);
    assertThat(check(headers("tools/call"), "tools/call", META))
        .as("a call without a name is wrong in its params")
        .isInstanceOf(Verdict.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          initialize|2026-07-28|-||LEGACY
          initialize|2026-07-28|-|2026-07-28|MODERN
          initialize|-|-|2025-11-25|LEGACY
          tools/list|-|-||LEGACY
          tools/list|2025-11-25|s||LEGACY
          tools/list|2026-07-28|-||MODERN
          tools/list|' 2026-07-28 '|-||MODERN
          tools/list|v999|-||LEGACY
          tools/list|v999|-|v999|MODERN
          tools/list|-|-|2026-07-28|MODERN
          tools/list|2025-11-25|s|2026-07-28|MODERN
          tools/list|2025-11-25|s|2025-11-25|LEGACY
          tools/list|2025-11-25|-|2025-11-25|MODERN
          """)
  void theBodyDecidesTheEra(String method, String header, String session, String claimed, Era era)
      throws Exception {
    var headers = TestHeaders.of();
    if (!header.equals("-")) {
      headers.with("MCP-Protocol-Version", header);
    }
    if (!session.equals("-")) {
      headers.with("Mcp-Session-Id", session);
    }
    var params = claimed == null ? "" : META.replace("2026-07-28", claimed);
    assertThat(ModernGate.eraOf(headers, request(method, params))).isEqualTo(era);
  }

  private static TestHeaders headers(String method) {
    return TestHeaders.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method);
  }

  private static Verdict.Refused refused(HeaderSource headers, String method, String params)
      throws Exception {
    var verdict = check(headers, method, params);
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return (Verdict.Refused) verdict;
  }

  private static Verdict check(HeaderSource headers, String method, String params)
      throws Exception {
    var request = request(method, params);
    var verdict = ModernGate.check(headers, request);
    if (verdict instanceof Verdict.Accepted) {
      assertThat(ModernHeaders.check(headers, request)).isEqualTo(HeaderCheck.OK);
    }
    return verdict;
  }

  private static Message.Request request(String method, String params) throws MalformedMessage {
    var text =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    return (Message.Request) new MessageReader(JsonLimits.INBOUND).read(Slice.utf8(text));
  }
}
