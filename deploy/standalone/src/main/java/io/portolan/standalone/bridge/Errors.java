package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;

/** The error answers a bridge makes itself, where the endpoint gave none. */
final class Errors {
  private static final Slice NO_ID = Slice.utf8("null");

  private Errors() {}

  static Slice of(Slice id, ErrorCode code, String message) {
    var error = new JsonWriter().beginObject();
    error.member("code", code.value()).member("message", message).endObject();
    return withError(id, error.toSlice());
  }

  /** For a message whose id could not be read. */
  static Slice withoutId(ErrorCode code, String message) {
    return of(NO_ID, code, message);
  }

  /** The endpoint's error object, under the id of the request it belongs to. */
  static Slice withError(Slice id, Slice error) {
    var message = new JsonWriter().beginObject();
    message.member("jsonrpc", "2.0").member("id", id).member("error", error).endObject();
    return message.toSlice();
  }
}
