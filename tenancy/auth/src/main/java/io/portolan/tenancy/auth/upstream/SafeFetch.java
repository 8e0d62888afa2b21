package io.portolan.tenancy.auth.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/*
 * What the operator's configuration names may be anywhere, also in a private network: the operator
 * knows it. What a server's metadata names is the server's word: it may lead to the public internet
 * only, over TLS, or to where the configuration leads anyway. The address is looked up by the check
 * and again by the client, which the JVM answers from its cache.
 */

/**
 * The one way of a request to an authorization server, and to a server's metadata: within a time,
 * with an answer of at most a size, without following redirects, to nowhere but where it may go.
 * Thread-safe; blocks.
 */
public final class SafeFetch implements AutoCloseable {
  /** Largest answer, in bytes. */
  public static final int BYTES_MAX = 512 << 10;

  private final Duration timeout;
  private final HttpClient client;

  /** With five seconds for each exchange. */
  public SafeFetch() {
    this(Duration.ofSeconds(5));
  }

  SafeFetch(Duration timeout) {
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Origins that the operator's configuration names.
   *
   * @param named each as {@code scheme://host:port}
   */
  public record Trusted(Set<String> named) {
    public Trusted {
      named = Set.copyOf(named);
    }

    /** Those of some URLs. */
    public static Trusted of(URI... uris) {
      var named = new HashSet<String>();
      for (var uri : uris) {
        named.add(origin(uri));
      }
      return new Trusted(named);
    }

    /** These and one more. */
    public Trusted and(URI uri) {
      var more = new HashSet<>(named);
      more.add(origin(uri));
      return new Trusted(more);
    }

    boolean has(URI uri) {
      return named.contains(origin(uri));
    }
  }

  /** An answer. */
  record Answer(int status, String contentType, String body) {}

  /**
   * Gets what is at a URL.
   *
   * @throws IOException when it cannot be had, is too large, or may not be asked for
   */
  Answer get(URI uri, Trusted trusted) throws IOException, InterruptedException {
    check(uri, trusted);
    return sent(HttpRequest.newBuilder(uri).header("Accept", "application/json").build());
  }

  /** Posts a form; the same otherwise. */
  Answer post(URI uri, Map<String, String> headers, String form, Trusted trusted)
      throws IOException, InterruptedException {
    check(uri, trusted);
    var request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    headers.forEach(request::header);
    return sent(request.build());
  }

  private Answer sent(HttpRequest request) throws IOException, InterruptedException {
    var host = request.uri().getHost();
    var exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          new String(response.body(), StandardCharsets.UTF_8));
    } catch (ExecutionException e) {
      throw new IOException(host + " cannot be asked: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(host + " did not answer within " + timeout, e);
    } finally {
      exchange.cancel(true);
    }
  }

  /** Refuses what may not be asked for. */
  static void check(URI uri, Trusted trusted) throws IOException {
    if (!isWeb(uri)) {
      throw new IOException("not an http or https URL of a host, without a user: refused");
    }
    if (trusted.has(uri)) {
      return;
    }
    if (!uri.getScheme().equalsIgnoreCase("https")) {
      throw new IOException(uri.getHost() + " is not asked without TLS");
    }
    try {
      for (var address : InetAddress.getAllByName(bare(uri.getHost()))) {
        if (!SpecialAddresses.isPublic(address)) {
          throw new IOException(uri.getHost() + " is not asked: it is not on the public internet");
        }
      }
    } catch (UnknownHostException e) {
      throw new IOException(uri.getHost() + " has no address", e);
    }
  }

  /** Whether this is an http or https URL of a host, without user and fragment. */
  static boolean isWeb(URI uri) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    return Set.of("http", "https").contains(scheme)
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawFragment() == null;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static String origin(URI uri) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    var port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
