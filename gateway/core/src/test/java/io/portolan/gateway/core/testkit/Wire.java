package io.portolan.gateway.core.testkit;

import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Slice;
import java.util.Objects;

/** Reads what a test writes down as text. */
public final class Wire {
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);

  private Wire() {}

  /** Any message. */
  public static Message message(String json) {
    try {
      return READER.read(Slice.utf8(json));
    } catch (MalformedMessage e) {
      throw new AssertionError(e.getMessage() + ": " + json, e);
    }
  }

  /** A request. */
  public static Message.Request request(String json) {
    return (Message.Request) message(json);
  }

  /** A request with id 1. */
  public static Message.Request request(String method, String params) {
    return request(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");
  }

  /** An answer with id 7. */
  public static Message.Answer result(String result) {
    return (Message.Answer) message("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":" + result + "}");
  }

  /** The members of an object. */
  public static JsonView view(String json) {
    return JsonView.of(Slice.utf8(json));
  }

  /** What a path leads to, as it is written. */
  public static String at(String json, String... path) {
    var value = Slice.utf8(json);
    for (var name : path) {
      value =
          Objects.requireNonNull(
              JsonView.of(value).get(name), () -> "no " + String.join(".", path) + " in " + json);
    }
    return value.text();
  }

  /** What a path leads to, a string. */
  public static String string(String json, String... path) {
    return Slice.utf8(at(json, path)).string();
  }
}
