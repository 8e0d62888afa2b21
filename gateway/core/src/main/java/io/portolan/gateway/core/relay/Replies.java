package io.portolan.gateway.core.relay;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gateway's own JSON-RPC answers. Stateless. */
final class Replies {
  private static final Slice END = Slice.utf8("}");

  private Replies() {}

  /** A successful answer. */
  static Payload result(Slice id, Slice result) {
    return Payload.of(
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("id", id)
            .member("result", result)
            .endObject()
            .toSlice());
  }

  /** A successful answer around a result in pieces. */
  static Payload result(Slice id, Payload result) {
    var head = new JsonWriter().beginObject().member("jsonrpc", "2.0").member("id", id);
    return Payload.concat(
        List.of(Payload.of(head.name("result").toSlice()), result, Payload.of(END)));
  }

  /** A failed answer; the id is left out where none could be read. */
  static Payload error(@Nullable Slice id, ErrorCode code, String message) {
    return error(id, code, message, null);
  }

  /** A failed answer with data, which is JSON. */
  static Payload error(@Nullable Slice id, ErrorCode code, String message, @Nullable Slice data) {
    var json = new JsonWriter().beginObject().member("jsonrpc", "2.0");
    if (id != null) {
      json.member("id", id);
    }
    json.name("error").beginObject().member("code", code.value()).member("message", message);
    if (data != null) {
      json.member("data", data);
    }
    return Payload.of(json.endObject().endObject().toSlice());
  }

  /** A notification without params. */
  static Payload notification(String method) {
    return Payload.of("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\"}");
  }
}
