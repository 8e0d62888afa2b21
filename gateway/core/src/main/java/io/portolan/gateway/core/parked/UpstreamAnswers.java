package io.portolan.gateway.core.parked;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;

/** The answers to what servers ask. Stateless. */
final class UpstreamAnswers {
  private static final Slice NOTHING = Slice.utf8("{}");

  private UpstreamAnswers() {}

  /** An empty result. */
  static Payload nothing(Slice id) {
    return of(id, "result", NOTHING);
  }

  /** An answer whose one member, {@code result} or {@code error}, is JSON already. */
  static Payload of(Slice id, String member, Slice json) {
    return Payload.of(
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("id", id)
            .member(member, json)
            .endObject()
            .toSlice());
  }

  /** An error of the gateway's own. */
  static Payload error(Slice id, ErrorCode code, String message) {
    var error =
        new JsonWriter()
            .beginObject()
            .member("code", code.value())
            .member("message", message)
            .endObject()
            .toSlice();
    return of(id, "error", error);
  }
}
