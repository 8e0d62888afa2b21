package io.portolan.e2e.upstream;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.json.Shown;
import io.portolan.e2e.wire.Headers;

/** One message as it arrived, byte for byte, with the head it came under. */
@SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
public record Received(String httpMethod, Headers headers, byte[] body) {
  public JsonText json() {
    return JsonText.of(body);
  }

  /** The JSON-RPC method; empty for a response. */
  public String method() {
    return json().at("method").isPresent() ? json().string("method") : "";
  }

  public boolean isRequest() {
    return json().at("id").isPresent() && json().at("method").isPresent();
  }

  /** Whether it answers the server's request of this id (as it was written). */
  public boolean answers(String id) {
    return body.length > 0
        && json().at("method").isEmpty()
        && json().at("id").isPresent()
        && id().equals(id);
  }

  /** Whether it is a message of this method. */
  public boolean is(String method) {
    return body.length > 0 && method().equals(method);
  }

  /** The id as it was written. */
  public String id() {
    return json().text("id");
  }

  /** Whether it is of the stateless era. */
  public boolean isModern() {
    return json().at("params", "_meta", "io.modelcontextprotocol/protocolVersion").isPresent();
  }

  @Override
  public String toString() {
    return httpMethod + " " + headers.fields() + "\n" + Shown.of(body);
  }
}
