package io.portolan.gateway.http.guard;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The checks in the order they are made: Host, then Origin, then what the body is and which reply
 * is wanted. They come before the body is read, so that a refused request costs nothing more; its
 * size is checked first of all, by who reads it. Each answers null when it has nothing against the
 * request. Thread-safe.
 */
public final class Guards {
  private final HostGuard host;
  private final OriginGuard origin;
  private final MediaGuard media = new MediaGuard();

  /**
   * @param boundTo the name or address the server listens at
   * @param allowedHosts further accepted hosts, without a port
   * @param allowedOrigins accepted origins besides the loopback ones
   */
  public Guards(String boundTo, Set<String> allowedHosts, Set<String> allowedOrigins) {
    this.host = new HostGuard(boundTo, allowedHosts);
    this.origin = new OriginGuard(allowedOrigins);
  }

  /** Who asks: the host that was asked for, and the page that asks. */
  public @Nullable Refusal caller(Headers headers) {
    if (!headers.contains(HeaderNames.HOST)) {
      return Refusal.of(400, "Header Host is missing");
    }
    var hosts = headers.get(HeaderNames.HOST);
    var refusal =
        hosts.valueCount() == 1
            ? host.check(hosts.get())
            : Refusal.of(400, "Header Host was sent " + hosts.valueCount() + " times");
    if (refusal != null || !headers.contains(HeaderNames.ORIGIN)) {
      return refusal;
    }
    var origins = headers.get(HeaderNames.ORIGIN);
    return origins.valueCount() == 1
        ? origin.check(origins.get())
        : Refusal.of(403, "Header Origin was sent " + origins.valueCount() + " times");
  }

  /** What a POST brings and which replies it takes. */
  public @Nullable Refusal post(Headers headers) {
    var refusal = media.contentType(value(headers, HeaderNames.CONTENT_TYPE));
    if (refusal == null) {
      refusal = MediaGuard.contentEncoding(value(headers, HeaderNames.CONTENT_ENCODING));
    }
    return refusal == null ? media.acceptOfPost(value(headers, HeaderNames.ACCEPT)) : refusal;
  }

  /** Which replies a GET takes. */
  public @Nullable Refusal get(Headers headers) {
    return MediaGuard.acceptOfGet(value(headers, HeaderNames.ACCEPT));
  }

  /** A header's value, its lines joined by commas; null when it is absent. */
  private static @Nullable String value(Headers headers, HeaderName name) {
    if (!headers.contains(name)) {
      return null;
    }
    var header = headers.get(name);
    return header.valueCount() == 1 ? header.get() : String.join(",", header.allValues());
  }
}
