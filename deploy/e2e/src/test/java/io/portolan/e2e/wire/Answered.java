package io.portolan.e2e.wire;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.json.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came back for one request: its response message, byte for byte, and every other message that
 * came before it on the same answer.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
public record Answered(int status, Headers headers, byte[] response, List<byte[]> others) {
  /** Whether the answer came as one JSON body; otherwise it came as events. */
  public boolean asJson() {
    return headers.names("Content-Type", "application/json");
  }

  public JsonText json() {
    return JsonText.of(response);
  }

  /** The raw bytes of the result; fails, showing the answer, when there is none. */
  public byte[] result() {
    if (json().at("result").isEmpty()) {
      throw new AssertionError("no result: " + this);
    }
    return json().raw("result");
  }

  /** The error code; fails, showing the answer, when there is none. */
  public int errorCode() {
    if (json().at("error", "code").isEmpty()) {
      throw new AssertionError("no error: " + this);
    }
    return Integer.parseInt(json().text("error", "code"));
  }

  public String errorMessage() {
    return json().string("error", "message");
  }

  /** Told of each message that is not the response as soon as it is there. */
  public interface Listener {
    void message(byte[] message) throws IOException;
  }

  /** Reads an answer to its end. */
  public static Answered read(HttpStream stream, Listener listener) throws IOException {
    if (!stream.isEvents()) {
      var reply = stream.whole();
      return new Answered(reply.status(), reply.headers(), reply.body(), List.of());
    }
    Optional<byte[]> response = Optional.empty();
    var others = new ArrayList<byte[]>();
    var events = stream.events();
    for (var event = events.nextMessage(); event.isPresent(); event = events.nextMessage()) {
      var data = event.get().data();
      if (JsonText.of(data).at("method").isPresent()) {
        others.add(data);
        listener.message(data);
      } else if (response.isPresent()) {
        throw new AssertionError(
            "a second response: " + Shown.of(data) + " after " + Shown.of(response.get()));
      } else {
        response = Optional.of(data);
      }
    }
    return new Answered(
        stream.status(),
        stream.headers(),
        response.orElseThrow(() -> new AssertionError("the stream ended without a response")),
        List.copyOf(others));
  }

  @Override
  public String toString() {
    return status + " " + headers.fields() + "\n" + Shown.of(response);
  }
}
