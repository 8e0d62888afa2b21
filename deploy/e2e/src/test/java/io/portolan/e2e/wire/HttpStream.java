package io.portolan.e2e.wire;

import java.io.IOException;
import java.io.InputStream;

/** An answer whose body may still be under way. */
public record HttpStream(int status, Headers headers, InputStream body) {
  public boolean isEvents() {
    return headers.names("Content-Type", "text/event-stream");
  }

  public Events events() {
    return new Events(body);
  }

  /** Reads the rest of the body. */
  public HttpReply whole() throws IOException {
    return new HttpReply(status, headers, body.readAllBytes());
  }
}
