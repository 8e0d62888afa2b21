package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.upstream.http.WebAnswer;
import io.portolan.gateway.upstream.http.WebAnswer.Answered;
import io.portolan.gateway.upstream.http.WebClient;
import io.portolan.gateway.upstream.http.WebRequest;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.NamedBy;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Whose word an address is decides where it may lead. The operator's own (where the document is, where
 * calls go) may be anywhere. What a tenant named, what a document names and what a redirect names is
 * judged by the guard, at each connection. Credentials go to the origins that the registration names,
 * and nowhere else, whatever a document or a redirect says.
 */

/**
 * The origins that requests of one API go to, each with its connections. Thread-safe; a bounded
 * number of them.
 */
final class Origins implements AutoCloseable {
  private static final int ORIGINS_MAX = 16;
  private static final int REDIRECTS_MAX = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final ServerDefinition.Http definition;
  private final Set<String> named = new HashSet<>();
  private final OutboundGuard guard;
  private final UpstreamCredentials credentials;
  private final WebClient.Shared shared;
  private final Map<String, WebClient> clients = new HashMap<>(); // guarded by this
  private boolean closed; // guarded by this

  Origins(
      ServerDefinition.OpenApi api,
      OutboundGuard guard,
      UpstreamCredentials credentials,
      WebClient.Shared shared) {
    this.definition = api.at();
    this.guard = guard;
    this.credentials = credentials;
    this.shared = shared;
    named.add(origin(definition.url()));
    var base = api.terms().baseUrl();
    if (base != null) {
      named.add(origin(base));
    }
  }

  /** Whether the registration names the origin of a URL, so that it is shown credentials. */
  boolean isNamed(URI url) {
    return named.contains(origin(url));
  }

  private boolean isAnywhere(URI url) {
    return definition.namedBy() == NamedBy.OPERATOR && isNamed(url);
  }

  /**
   * Refuses what no request would be sent to.
   *
   * @throws OutboundRefusedException says why
   */
  void require(URI url) throws OutboundRefusedException {
    if (!isAnywhere(url)) {
      try {
        var _ = guard.addresses(url);
      } catch (UnknownHostException _) {
        // It may have an address when it is called.
      }
    }
  }

  /** Sends a request; follows redirects of what is only read. */
  WebAnswer send(WebRequest request, CallContext context, Cancellation cancellation)
      throws InterruptedException {
    var at = request;
    var isRead = request.method().equals("GET") || request.method().equals("HEAD");
    for (int i = 0; ; i++) {
      var answer = once(at, context, cancellation);
      if (!isRead
          || !(answer instanceof Answered answered)
          || !REDIRECTS.contains(answered.status())
          || answered.header("location").isEmpty()) {
        return answer;
      }
      if (i == REDIRECTS_MAX) {
        return failed("more than " + REDIRECTS_MAX + " redirects");
      }
      var next = target(at.url(), answered.header("location"));
      if (next == null) {
        return failed("a redirect to what is no http or https URL of a host");
      }
      if (at.url().getScheme().equalsIgnoreCase("https")
          && !next.getScheme().equalsIgnoreCase("https")) {
        return failed("a redirect away from TLS");
      }
      // What a request to one origin shows is not for another.
      var headers =
          origin(next).equals(origin(at.url())) ? at.headers() : List.<WebRequest.Header>of();
      at = new WebRequest(at.method(), next, headers, null, at.bodyMax());
    }
  }

  private static WebAnswer failed(String why) {
    return new WebAnswer.Failed(new UpstreamFailure.BadAnswer(why));
  }

  private static @Nullable URI target(URI from, String location) {
    try {
      var text = from.resolve(location.strip()).toString();
      var hash = text.indexOf('#');
      var next = URI.create(hash < 0 ? text : text.substring(0, hash));
      var scheme = String.valueOf(next.getScheme()).toLowerCase(Locale.ROOT);
      return Set.of("http", "https").contains(scheme)
              && next.getHost() != null
              && next.getRawUserInfo() == null
          ? next
          : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private WebAnswer once(WebRequest request, CallContext context, Cancellation cancellation)
      throws InterruptedException {
    var client = client(request.url());
    if (client == null) {
      return new WebAnswer.Failed(
          new UpstreamFailure.Unreachable("closed, or more than " + ORIGINS_MAX + " origins"));
    }
    return client.send(shown(request), context, cancellation);
  }

  /** With the headers of the registration, where they may go. */
  private WebRequest shown(WebRequest request) {
    if (!isNamed(request.url())) {
      return request;
    }
    var headers = new ArrayList<WebRequest.Header>();
    definition.headers().forEach((name, value) -> headers.add(new WebRequest.Header(name, value)));
    for (var header : request.headers()) {
      if (headers.stream().noneMatch(each -> each.name().equalsIgnoreCase(header.name()))) {
        headers.add(header);
      }
    }
    return new WebRequest(
        request.method(), request.url(), headers, request.body(), request.bodyMax());
  }

  private synchronized @Nullable WebClient client(URI url) {
    var origin = origin(url);
    var known = clients.get(origin);
    if (known != null || closed || clients.size() >= ORIGINS_MAX) {
      return known;
    }
    var place =
        isAnywhere(url) ? new WebClient.Place.Anywhere() : new WebClient.Place.Guarded(guard);
    var shows = isNamed(url) ? credentials : UpstreamCredentials.NONE;
    var client = new WebClient(url, place, shows, shared);
    clients.put(origin, client);
    return client;
  }

  static String origin(URI url) {
    var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    var port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(url.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  @Override
  public synchronized void close() {
    closed = true;
    clients.values().forEach(WebClient::close);
    clients.clear();
  }
}
