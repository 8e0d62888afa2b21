package io.portolan.gateway.core.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDigestTest {
  private static final String FIRST = "{\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}]}}";

  private static String of(String params) {
    return RequestDigest.of("", Wire.request("tools/call", params)).toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"arguments\":{\"a\":[1,{\"b\":\"x\"}]},\"name\":\"t\"}",
        "{ \"name\" : \"\\u0074\", \"arguments\":{ \"a\":[ 1 , {\"\\u0062\":\"x\"} ]} }",
        "{\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}]},\"_meta\":{\"k\":1}}",
        "{\"inputResponses\":{},\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}]},\"requestState\":\"s\"}",
      })
  void aRetryIsTheSameRequest(String params) {
    assertThat(of(params)).isEqualTo(of(FIRST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"t\"}",
        "{\"name\":\"u\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}]}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[2,{\"b\":\"x\"}]}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}],\"c\":null}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[{\"b\":\"x\"},1]}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":[\"x\"]}]}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[1,{\"b\":\"x\"}],\"_meta\":1}}",
        "{\"name\":\"t\",\"arguments\":{\"a\":[\"1\",{\"b\":\"x\"}]}}",
      })
  void anotherOneIsNot(String params) {
    assertThat(of(params)).isNotEqualTo(of(FIRST));
  }

  @Test
  void methodAndEndpointCount() {
    var call = Wire.request("tools/call", "{}");
    assertThat(RequestDigest.of("", call)).isNotEqualTo(RequestDigest.of("x", call));
    assertThat(RequestDigest.of("", call))
        .isNotEqualTo(RequestDigest.of("", Wire.request("prompts/get", "{}")));
  }

  @Test
  void textsOneAfterTheOtherAreNotMixedUp() {
    assertThat(of("{\"a\":[\"bc\",\"d\"]}")).isNotEqualTo(of("{\"a\":[\"b\",\"cd\"]}"));
    assertThat(of("{\"a\":[\"b\",[\"c\"]]}")).isNotEqualTo(of("{\"a\":[[\"b\"],\"c\"]}"));
  }
}
