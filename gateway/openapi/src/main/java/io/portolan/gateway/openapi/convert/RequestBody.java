package io.portolan.gateway.openapi.convert;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the argument for the body is sent. Immutable.
 *
 * @param argument what the tool calls it
 * @param mediaType as it is sent, without a boundary
 * @param encodings of properties of a form, by name
 */
public record RequestBody(
    String argument, Form form, String mediaType, Map<String, Encoding> encodings) {
  public RequestBody {
    encodings = Map.copyOf(encodings);
  }

  /** What the argument is written as. */
  public enum Form {
    /** JSON. */
    JSON,
    /** {@code application/x-www-form-urlencoded}. */
    URLENCODED,
    /** {@code multipart/form-data}. */
    MULTIPART,
    /** The text as it is. */
    TEXT,
    /** The bytes that the text is base64 of. */
    BINARY
  }

  /**
   * How a property of a form is sent.
   *
   * @param contentType of a part; null for what its type suggests
   * @param style of a field; null where it has none of its own
   * @param content whether its value is base64 of bytes
   */
  public record Encoding(
      @Nullable String contentType,
      Parameter.@Nullable Style style,
      Parameter.Explode explode,
      Content content) {}

  /** What the text of a part stands for. */
  public enum Content {
    VALUE,
    BASE64
  }
}
