package io.portolan.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonWriterTest {

  @Test
  void commasArePlacedByTheWriter() throws Exception {
    var json =
        new JsonWriter()
            .beginObject()
            .member("text", "a\"b")
            .member("number", Long.MIN_VALUE)
            .member("flag", true)
            .member("raw", Slice.utf8("[1, 2]"))
            .name("list")
            .beginArray()
            .value("x")
            .value(1)
            .value(false)
            .beginObject()
            .endObject()
            .beginArray()
            .endArray()
            .endArray()
            .name("object")
            .beginObject()
            .member("é", "世界")
            .endObject()
            .endObject()
            .toSlice();
    assertThat(json.text())
        .isEqualTo(
            "{\"text\":\"a\\\"b\",\"number\":-9223372036854775808,\"flag\":true,\"raw\":[1, 2],"
                + "\"list\":[\"x\",1,false,{},[]],\"object\":{\"é\":\"世界\"}}");
    assertThat(JsonCheck.value(json, JsonLimits.INBOUND)).isEqualTo(json);
  }

  @Test
  void aTextMayBeLongerThanTheBuffer() {
    var text = "x".repeat(10_000);
    assertThat(new JsonWriter().value(text).toSlice().length()).isEqualTo(10_002);
  }
}
