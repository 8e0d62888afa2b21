package io.portolan.gateway.upstream.http;

import io.portolan.gateway.protocol.Slice;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to a server that does not speak MCP.
 *
 * @param url absolute; nothing in it is encoded any more
 * @param headers beside those that the client writes
 * @param body null where none is sent
 * @param bodyMax largest body of a good answer, in bytes
 */
public record WebRequest(
    String method, URI url, List<Header> headers, @Nullable Slice body, int bodyMax) {
  public WebRequest {
    headers = List.copyOf(headers);
  }

  /** One line of a head. */
  public record Header(String name, String value) {}

  /** A request for what is at a URL. */
  public static WebRequest get(URI url, List<Header> headers, int bodyMax) {
    return new WebRequest("GET", url, headers, null, bodyMax);
  }

  /** Without values: they may be secrets. */
  @Override
  public String toString() {
    return "WebRequest[" + method + " " + url.getHost() + "]";
  }
}
