package io.portolan.gateway.openapi.call;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Writes {@code multipart/form-data} (RFC 7578). Used once. */
final class Multipart {
  private final String boundary = "portolan-" + UUID.randomUUID();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * Adds a field.
   *
   * @param type of its text; empty for plain text
   */
  void field(String name, String type, String text) {
    part("name=\"" + quoted(name) + "\"", type, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a file, which is called as its field is. */
  void file(String name, String type, byte[] bytes) {
    var quoted = quoted(name);
    part("name=\"" + quoted + "\"; filename=\"" + quoted + "\"", type, bytes);
  }

  private void part(String disposition, String type, byte[] bytes) {
    line("--" + boundary);
    line("Content-Disposition: form-data; " + disposition);
    if (!type.isEmpty()) {
      line("Content-Type: " + type.replaceAll("[^\\x20-\\x7E]", "?"));
    }
    line("");
    out.writeBytes(bytes);
    line("");
  }

  private void line(String text) {
    out.writeBytes((text + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** As browsers write names: what would end one is percent-encoded. */
  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  ApiRequest.Body body() {
    line("--" + boundary + "--");
    return new ApiRequest.Body("multipart/form-data; boundary=" + boundary, out.toByteArray());
  }
}
