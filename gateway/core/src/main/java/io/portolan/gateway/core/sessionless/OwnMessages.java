package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Messages that a legacy server would have sent, written in its place. Stateless. */
final class OwnMessages {
  private OwnMessages() {}

  static Message.Request request(long id, String method, @Nullable Slice params) {
    var json = head().member("id", id).member("method", method);
    if (params != null) {
      json.member("params", params);
    }
    var members = JsonView.of(json.endObject().toSlice());
    return new Message.Request(
        members.object(),
        Objects.requireNonNull(members.get("id")),
        method,
        members.view("params"));
  }

  static Message.Notification notification(String method, Slice params) {
    var json = head().member("method", method).member("params", params).endObject().toSlice();
    return new Message.Notification(json, method, JsonView.of(json).view("params"));
  }

  static Message.Result result(Slice id, Slice result) {
    var json = head().member("id", id).member("result", result).endObject().toSlice();
    var members = JsonView.of(json);
    return new Message.Result(
        json,
        Objects.requireNonNull(members.get("id")),
        Objects.requireNonNull(members.get("result")),
        members.view("result"));
  }

  static Message.Failure failure(Slice id, ErrorCode code, String message) {
    return failure(id, code, message, null);
  }

  /** A failure with data, which is JSON. */
  static Message.Failure failure(Slice id, ErrorCode code, String message, @Nullable Slice data) {
    var error =
        new JsonWriter().beginObject().member("code", code.value()).member("message", message);
    if (data != null) {
      error.member("data", data);
    }
    return failure(id, error.endObject().toSlice());
  }

  /** A failure with an error object that is written already. */
  static Message.Failure failure(Slice id, Slice error) {
    var json = head().member("id", id).member("error", error).endObject().toSlice();
    var members = JsonView.of(json);
    return new Message.Failure(
        json,
        Objects.requireNonNull(members.get("id")),
        Objects.requireNonNull(members.get("error")));
  }

  private static JsonWriter head() {
    return new JsonWriter().beginObject().member("jsonrpc", "2.0");
  }
}
