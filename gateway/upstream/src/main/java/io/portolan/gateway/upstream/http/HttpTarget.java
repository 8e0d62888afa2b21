package io.portolan.gateway.upstream.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where requests to a URL go.
 *
 * @param host name or address, an IPv6 literal without its brackets
 * @param path what follows the request's method: raw path and query
 * @param authority what the Host header says
 */
record HttpTarget(Scheme scheme, String host, int port, String path, String authority) {
  enum Scheme {
    HTTP,
    HTTPS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static HttpTarget of(URI url) {
    var scheme = "https".equalsIgnoreCase(url.getScheme()) ? Scheme.HTTPS : Scheme.HTTP;
    var literal = url.getHost();
    var host = literal.startsWith("[") ? literal.substring(1, literal.length() - 1) : literal;
    var usual = scheme == Scheme.HTTPS ? 443 : 80;
    var port = url.getPort() < 0 ? usual : url.getPort();
    var rawPath = url.getRawPath();
    var path = rawPath == null || rawPath.isEmpty() ? "/" : rawPath;
    return new HttpTarget(
        scheme,
        host,
        port,
        url.getRawQuery() == null ? path : path + "?" + url.getRawQuery(),
        port == usual ? literal : literal + ":" + port);
  }

  /** Whether both have the same scheme, host and port. */
  boolean sameOrigin(HttpTarget other) {
    return scheme == other.scheme && host.equalsIgnoreCase(other.host) && port == other.port;
  }

  /** Host and port, for logs. */
  @Override
  public String toString() {
    return authority;
  }
}
