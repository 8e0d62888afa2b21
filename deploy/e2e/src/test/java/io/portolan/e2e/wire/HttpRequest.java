package io.portolan.e2e.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One request as it will stand on the wire; Host and Content-Length are added when it lacks them.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on the wire; never compared as records
public record HttpRequest(String method, String target, Headers headers, byte[] body) {
  public static HttpRequest post(String target, Headers headers, byte[] body) {
    return new HttpRequest("POST", target, headers, body);
  }

  public static HttpRequest post(String target, Headers headers, String body) {
    return post(target, headers, body.getBytes(UTF_8));
  }

  public static HttpRequest get(String target, Headers headers) {
    return new HttpRequest("GET", target, headers, new byte[0]);
  }

  public static HttpRequest delete(String target, Headers headers) {
    return new HttpRequest("DELETE", target, headers, new byte[0]);
  }

  public HttpRequest with(String name, String value) {
    return new HttpRequest(method, target, headers.with(name, value), body);
  }

  public HttpRequest plus(String name, String value) {
    return new HttpRequest(method, target, headers.plus(name, value), body);
  }

  public HttpRequest without(String name) {
    return new HttpRequest(method, target, headers.without(name), body);
  }
}
