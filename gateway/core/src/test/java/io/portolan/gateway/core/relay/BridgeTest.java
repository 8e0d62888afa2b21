package io.portolan.gateway.core.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeTest {
  private static String paramsToLegacy(String params) {
    var request = Wire.request("tools/call", params);
    var splice = new Splice(request.bytes());
    Bridge.toLegacy(request, splice);
    return Wire.at(splice.apply().toString(), "params");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                  | {}",
        "{'_meta':{}}                        | {'_meta':{}}",
        "{'_meta':7}                         | {'_meta':7}",
        "{'_meta':{'@a':1}}                  | {'_meta':{}}",
        "{'_meta':{ '@a':1 }}                | {'_meta':{}}",
        "{'_meta':{'x':1, '@a':1}}           | {'_meta':{'x':1}}",
        "{'_meta':{'@a':1 , 'x':1}}          | {'_meta':{'x':1}}",
        "{'_meta':{'x':1,'@a':1,'@b':2,'y':2}} | {'_meta':{'x':1,'y':2}}",
        "{'_meta':{'@a':1,'x': 1 ,'@b':2}}   | {'_meta':{'x': 1}}",
        "{'_meta':{'@related-task':{'taskId':'1'}}} | {'_meta':{'@related-task':{'taskId':'1'}}}",
      })
  void aLegacyServerDoesNotSeeWhatIsForModernOnes(String params, String expected) {
    assertThat(paramsToLegacy(mark(params))).isEqualTo(mark(expected));
  }

  private static String mark(String text) {
    return text.replace('\'', '"').replace("@", "io.modelcontextprotocol/");
  }

  /** Property: taking members out leaves valid JSON and all others as they are. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatStaysCanBeRewrittenBesideWhatIsTakenOut(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 1_000; i++) {
      var members = new ArrayList<String>();
      var kept = new ArrayList<String>();
      for (int m = random.nextInt(6); m > 0; m--) {
        var isReserved = random.nextBoolean();
        var name = (isReserved ? "io.modelcontextprotocol/" : "own") + m;
        members.add("\"" + name + "\" : {\"v\":" + m + "}");
        if (!isReserved) {
          kept.add("\"" + name + "\" : {\"v\":" + m + "}");
        }
      }
      var at = random.nextInt(members.size() + 1);
      members.add(at, "\"progressToken\":\"mine\"");
      var request = Wire.request("x", "{\"_meta\":{" + String.join(" , ", members) + "}}");
      var splice = new Splice(request.bytes());
      var meta = requireNonNull(requireNonNull(request.params()).view("_meta"));
      Bridge.toLegacy(request, splice);
      splice.replace(requireNonNull(meta.get("progressToken")), Slice.utf8("7"));
      var result = Wire.at(splice.apply().toString(), "params", "_meta");
      assertThat(result).contains("\"progressToken\":7").doesNotContain("io.model");
      assertThat(kept).allSatisfy(member -> assertThat(result).contains(member));
      assertThat(Wire.view(result).size()).isEqualTo(kept.size() + 1);
    }
  }

  private static String resultToModern(String method, String result) {
    var answer = Answered.of(Wire.result(result));
    var splice = new Splice(answer.message().bytes());
    Bridge.resultToModern(method, answer, splice);
    return Wire.at(splice.apply().toString(), "result");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools/call     | {}                   | {'resultType':'complete'}",
        "tools/call     | { }                  | { 'resultType':'complete'}",
        "tools/call     | {'a':1 }             | {'a':1 ,'resultType':'complete'}",
        "tools/call     | {'resultType':'x'}   | {'resultType':'x'}",
        "tools/call     | []                   | []",
        "resources/read | {'a':1}              | {'a':1,'resultType':'complete','ttlMs':0,'cacheScope':'private'}",
        "resources/read | {'ttlMs':5}          | {'ttlMs':5,'resultType':'complete'}",
      })
  void aModernClientFindsWhatItNeedsInAResult(String method, String result, String expected) {
    assertThat(resultToModern(method, result.replace('\'', '"')))
        .isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void aMissingResourceHasTheCodeOfTheClientsEra() {
    for (var code : List.of(-32002, -32602, -32603)) {
      var failure =
          (Message.Answer)
              Wire.message(
                  "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":%d,\"message\":\"m\"}}"
                      .formatted(code));
      var modern = new Splice(failure.bytes());
      Bridge.failureToModern(failure, modern);
      assertThat(Wire.at(modern.apply().toString(), "error", "code"))
          .isEqualTo(code == -32002 ? "-32602" : Integer.toString(code));
    }
  }
}
