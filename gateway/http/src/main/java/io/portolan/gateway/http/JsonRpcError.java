package io.portolan.gateway.http;

import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;

/** JSON-RPC errors for requests whose id was never read: it is null in them. Stateless. */
final class JsonRpcError {
  private static final Slice NULL = Slice.utf8("null");

  private JsonRpcError() {}

  static Payload of(Refusal refusal) {
    return of(refusal.code(), refusal.message());
  }

  static Payload of(ErrorCode code, String message) {
    return Payload.of(
        new JsonWriter()
            .beginObject()
            .member("jsonrpc", "2.0")
            .member("id", NULL)
            .name("error")
            .beginObject()
            .member("code", code.value())
            .member("message", message)
            .endObject()
            .endObject()
            .toSlice());
  }
}
