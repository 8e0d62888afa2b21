package io.portolan.tenancy.auth.upstream;

import io.portolan.tenancy.outbound.OutboundGuard;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/*
 * What the operator's configuration names may be anywhere, also in a private network: the operator
 * knows it. What a server's metadata names is the server's word: it may lead to where the outbound
 * guard lets it, or to where the configuration leads anyway. The guard is asked once more by the
 * client when it connects, and what it gives then is connected to, so that a name cannot lead
 * elsewhere in between. For the same reason no connection is kept.
 */

/**
 * The one way of a request to an authorization server, and to a server's metadata: within a time,
 * with an answer of at most a size, without following redirects, to nowhere but where it may go.
 * Thread-safe; blocks.
 */
public final class SafeFetch implements AutoCloseable {
  /** Largest answer, in bytes. */
  public static final int BYTES_MAX = 512 << 10;

  private static final int CONNECTIONS_MAX = 64;

  private final OutboundGuard guard;
  private final Trust trust;
  private final Duration timeout;
  private final CloseableHttpClient toNamed;
  private final CloseableHttpClient toOthers;

  /** Whether what a configuration names may be anywhere. */
  public enum Trust {
    /** It is the operator's. */
    CONFIGURATION,
    /** It is somebody's whom the guard is for. */
    NOBODY
  }

  /** With five seconds for each exchange. */
  public SafeFetch(OutboundGuard guard, Trust trust) {
    this(guard, trust, Duration.ofSeconds(5));
  }

  SafeFetch(OutboundGuard guard, Trust trust, Duration timeout) {
    this.guard = guard;
    this.trust = trust;
    this.timeout = timeout;
    this.toNamed = client(SystemDefaultDnsResolver.INSTANCE);
    this.toOthers = client(new GuardedResolver(guard));
  }

  private CloseableHttpClient client(DnsResolver resolver) {
    var limit = Timeout.of(timeout);
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDnsResolver(resolver)
            .setMaxConnTotal(CONNECTIONS_MAX)
            .setMaxConnPerRoute(CONNECTIONS_MAX)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(limit).setSocketTimeout(limit).build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setConnectionReuseStrategy((_, _, _) -> false)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableContentCompression()
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
    return sent(new HttpGet(uri), client(uri, trusted));
  }

  /**
   * The text at a URL that somebody named for whom the guard is.
   *
   * @throws IOException also when it answers with another status than 200
   */
  public String text(URI uri) throws IOException, InterruptedException {
    var answer = get(uri, Trusted.of());
    if (answer.status() != 200) {
      throw new IOException(uri.getHost() + " answered with status " + answer.status());
    }
    return answer.body();
  }

  /**
   * Posts JSON to a URL that somebody named for whom the guard is, and returns the status of the
   * answer.
   *
   * @throws IOException when it cannot be sent, or may not be
   */
  public int tell(URI uri, Map<String, String> headers, String json)
      throws IOException, InterruptedException {
    var all = new HashMap<>(headers);
    all.put("Content-Type", "application/json");
    return post(uri, all, json, Trusted.of()).status();
  }

  /**
   * Refuses what neither {@link #text} nor {@link #tell} would ask.
   *
   * @throws IOException says why not
   */
  public void require(URI uri) throws IOException {
    check(uri, Trusted.of());
  }

  /** Posts a form; the same otherwise. */
  Answer post(URI uri, Map<String, String> headers, String form, Trusted trusted)
      throws IOException, InterruptedException {
    var request = new HttpPost(uri);
    headers.forEach(request::setHeader);
    var type =
        headers.entrySet().stream()
            .filter(header -> header.getKey().equalsIgnoreCase("Content-Type"))
            .map(header -> ContentType.parse(header.getValue()))
            .findFirst()
            .orElse(ContentType.APPLICATION_FORM_URLENCODED);
    request.removeHeaders("Content-Type"); // the entity has it
    request.setEntity(new StringEntity(form, type));
    return sent(request, client(uri, trusted));
  }

  private CloseableHttpClient client(URI uri, Trusted trusted) throws IOException {
    check(uri, trusted);
    return isNamed(uri, trusted) ? toNamed : toOthers;
  }

  private Answer sent(HttpUriRequestBase request, CloseableHttpClient client)
      throws IOException, InterruptedException {
    request.setHeader("Accept", "application/json");
    var host = request.getAuthority().getHostName();
    var exchange = new FutureTask<>(() -> client.execute(request, reply -> read(request, reply)));
    Thread.ofVirtual().name("fetch").start(exchange);
    try {
      return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof InterruptedIOException
          ? unanswered(host, e)
          : new IOException(host + " cannot be asked: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw unanswered(host, e);
    } finally {
      if (!exchange.isDone()) {
        request.cancel();
      }
    }
  }

  private IOException unanswered(String host, Exception cause) {
    return new IOException(host + " did not answer within " + timeout, cause);
  }

  private static Answer read(HttpUriRequestBase request, ClassicHttpResponse reply)
      throws IOException {
    var entity = reply.getEntity();
    if (entity == null) {
      return new Answer(reply.getCode(), "", "");
    }
    var body = entity.getContent().readNBytes(BYTES_MAX + 1);
    if (body.length > BYTES_MAX) {
      request.cancel(); // or the client would read the rest
      throw new IOException("the answer has more than " + BYTES_MAX + " bytes");
    }
    var type = entity.getContentType();
    return new Answer(
        reply.getCode(), type == null ? "" : type, new String(body, StandardCharsets.UTF_8));
  }

  /** Refuses what may not be asked for. */
  void check(URI uri, Trusted trusted) throws IOException {
    if (!isWeb(uri)) {
      throw new IOException("not an http or https URL of a host, without a user: refused");
    }
    if (!isNamed(uri, trusted)) {
      try {
        var _ = guard.addresses(uri);
      } catch (UnknownHostException e) {
        throw new IOException(uri.getHost() + " has no address", e);
      }
    }
  }

  /** Whether the operator named it. */
  boolean isNamed(URI uri, Trusted trusted) {
    return trust == Trust.CONFIGURATION && trusted.has(uri);
  }

  /** Whether this is an http or https URL of a host, without user and fragment. */
  static boolean isWeb(URI uri) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    return Set.of("http", "https").contains(scheme)
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawFragment() == null;
  }

  private static String origin(URI uri) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    var port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  @Override
  public void close() {
    toNamed.close(CloseMode.IMMEDIATE);
    toOthers.close(CloseMode.IMMEDIATE);
  }
}
