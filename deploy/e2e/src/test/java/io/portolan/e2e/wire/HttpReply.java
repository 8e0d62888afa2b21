package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A whole answer: status, head and body with the transfer coding taken off. */
@SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
public record HttpReply(int status, Headers headers, byte[] body) {
  public String text() {
    return new String(body, UTF_8);
  }

  public boolean is(String mediaType) {
    return headers.names("Content-Type", mediaType);
  }

  @Override
  public String toString() {
    return status + " " + headers.fields() + "\n" + io.portolan.e2e.json.Shown.of(text());
  }
}
