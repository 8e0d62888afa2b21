package io.portolan.gateway.core.sessionless;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModernRequestTest {
  private static final SessionOpening CLIENT =
      new SessionOpening(
          ProtocolVersion.LATEST_LEGACY, Slice.utf8("{\"c\":1}"), Slice.utf8("{\"name\":\"n\"}"));
  private static final String ADDED =
      "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"n\"},"
          + "\"io.modelcontextprotocol/clientCapabilities\":{\"c\":1}";

  private static String toModern(Message.Request request, @Nullable String level) {
    var splice = new Splice(request.bytes());
    ModernRequest.edit(
        request, splice, CLIENT, level == null ? null : Slice.utf8(level), Slice.empty());
    return splice.apply().toString();
  }

  private static String paramsToModern(String params) {
    return Wire.at(toModern(Wire.request("tools/call", params), null), "params");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                    | {'_meta':{@}}",
        "{ }                   | {'_meta':{@} }",
        "{'name':'x'}          | {'_meta':{@},'name':'x'}",
        "{ 'name':'x' }        | {'_meta':{@}, 'name':'x' }",
        "{'_meta':{}}          | {'_meta':{@}}",
        "{'_meta':{ }}         | {'_meta':{@ }}",
        "{'_meta':{'a':1}}     | {'_meta':{@,'a':1}}",
        "{'a':2,'_meta':{'progressToken':7}} | {'a':2,'_meta':{@,'progressToken':7}}",
      })
  void aModernServerFindsWhatItNeedsInMeta(String params, String expected) {
    assertThat(paramsToModern(params.replace('\'', '"')))
        .isEqualTo(expected.replace('\'', '"').replace("@", ADDED));
  }

  @Test
  void aRequestWithoutParamsGetsSome() {
    var request = Wire.request("{ \"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\" }");
    assertThat(toModern(request, null))
        .isEqualTo(
            "{ \"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\" ,\"params\":{\"_meta\":{"
                + ADDED
                + "}}}");
  }

  @Test
  void theSessionsLogLevelIsTheRequests() {
    assertThat(
            Wire.string(
                toModern(Wire.request("x", "{}"), "\"warning\""),
                "params",
                "_meta",
                "io.modelcontextprotocol/logLevel"))
        .isEqualTo("warning");
  }

  @Test
  void whatTheClientClaimsThereItselfIsReplaced() {
    assertThat(
            paramsToModern(
                "{\"_meta\":{\"a\":1,\"io.modelcontextprotocol/protocolVersion\":\"2025-11-25\","
                    + " \"io.modelcontextprotocol/clientInfo\":{}}}"))
        .isEqualTo("{\"_meta\":{" + ADDED + ",\"a\":1}}");
    assertThat(paramsToModern("{\"_meta\":{\"io.modelcontextprotocol/logLevel\":\"info\"}}"))
        .isEqualTo("{\"_meta\":{" + ADDED + "}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1}                       | {'_meta':{@},#,'a':1}",
        "{}                            | {'_meta':{@},#}",
        "{'inputResponses':{},'requestState':'mine'} | {'_meta':{@},#}",
        "{'a':1,'requestState':'mine','b':2} | {'_meta':{@},#,'a':1,'b':2}",
        "{'_meta':{'p':1},'a':1}       | {#,'_meta':{@,'p':1},'a':1}",
        "{'_meta':7,'a':1}             | {'_meta':{@},#,'a':1}",
      })
  void aRetryCarriesTheAnswersAndNothingTheClientClaims(String params, String expected) {
    var request = Wire.request("tools/call", params.replace('\'', '"'));
    var splice = new Splice(request.bytes());
    var more = "\"inputResponses\":{\"k\":1.0},\"requestState\":\"s\\u00e9\"";
    ModernRequest.edit(request, splice, CLIENT, null, Slice.utf8(more));
    assertThat(Wire.at(splice.apply().toString(), "params"))
        .isEqualTo(expected.replace('\'', '"').replace("@", ADDED).replace("#", more));
  }

  @Test
  void aRetryOfARequestWithoutParamsGetsSome() {
    var request = Wire.request("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}");
    var splice = new Splice(request.bytes());
    ModernRequest.edit(request, splice, CLIENT, null, Slice.utf8("\"requestState\":\"s\""));
    assertThat(Wire.at(splice.apply().toString(), "params"))
        .isEqualTo("{\"_meta\":{" + ADDED + "},\"requestState\":\"s\"}");
  }
}
