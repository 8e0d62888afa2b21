package io.portolan.gateway.openapi.call;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as it is sent.
 *
 * @param url absolute, everything in it encoded
 * @param headers without those that every request has
 * @param body null where none is sent
 */
public record ApiRequest(String method, URI url, List<Header> headers, @Nullable Body body) {
  public ApiRequest {
    headers = List.copyOf(headers);
  }

  /** One line of a head, without line breaks in it. */
  public record Header(String name, String value) {}

  /** A body. Immutable, as long as nobody writes to the bytes. */
  public static final class Body {
    private final String contentType;
    private final byte[] bytes;

    Body(String contentType, byte[] bytes) {
      this.contentType = contentType;
      this.bytes = bytes;
    }

    public String contentType() {
      return contentType;
    }

    /** Not to be written to. */
    public byte[] bytes() {
      return bytes;
    }
  }

  /** Without values: they may be secrets. */
  @Override
  public String toString() {
    return "ApiRequest[" + method + " " + url.getHost() + "]";
  }
}
